/** The initializers that keep the variance of a signal: what Glorot's, He's and LeCun's have in common. */
import type { Shape } from "../../graph/tensor.ts";
import { draw, fans } from "./initializer.ts";
import type { RandomStream } from "./random-stream.ts";
import { truncated } from "./truncated-normal.ts";

/** Standard deviation of a standard normal number that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.8796256610342398;

/** How the variance follows from the fans. */
export type Variance = (fan: { fanIn: number; fanOut: number }) => number;

export const glorot: Variance = ({ fanIn, fanOut }) => 2 / Math.max(1, fanIn + fanOut);
export const he: Variance = ({ fanIn }) => 2 / Math.max(1, fanIn);
export const lecun: Variance = ({ fanIn }) => 1 / Math.max(1, fanIn);

/** Uniform on ±√(3 · variance). */
export function scaledUniform(variance: Variance) {
  return (shape: Shape, random: RandomStream): Float64Array => {
    const limit = Math.sqrt(3 * variance(fans(shape)));
    return draw(shape, () => limit * (2 * random.uniform() - 1));
  };
}

/** Truncated normal, widened so that the variance after cutting is the wanted one. */
export function scaledNormal(variance: Variance) {
  return (shape: Shape, random: RandomStream): Float64Array => {
    const stddev = Math.sqrt(variance(fans(shape))) / TRUNCATED_STDDEV;
    return draw(shape, () => stddev * truncated(random));
  };
}
