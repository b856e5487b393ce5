import { type Shape, sizeOf } from "../../graph/tensor.ts";
import type { Chosen } from "../named.ts";
import { defineInitializer, draw, positive } from "./initializer.ts";
import type { RandomStream } from "./random-stream.ts";
import { truncated } from "./truncated-normal.ts";

/** Standard deviation of a standard normal number that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.8796256610342398;

const options = {
  scale: 1,
  mode: ["fanIn", "fanOut", "fanAvg"],
  distribution: ["truncatedNormal", "untruncatedNormal", "uniform"],
} as const;

/**
 * Draws numbers of variance scale / n, with n of the numbers that enter a unit, those that leave it, or their mean: [in, out]
 * for a matrix; for a convolution [...window, in, out] both times the window's size. A truncated normal is widened so that it
 * has that variance after cutting.
 */
function generate(shape: Shape, random: RandomStream, { scale, mode, distribution }: Chosen<typeof options>) {
  const out = shape.at(-1) ?? 1;
  const window = sizeOf(shape.slice(0, -2));
  const [fanIn, fanOut] = [window * (shape.at(-2) ?? out), window * out];
  const count = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
  const stddev = Math.sqrt(scale / Math.max(1, count));
  const next = {
    truncatedNormal: () => (stddev / TRUNCATED_STDDEV) * truncated(random),
    untruncatedNormal: () => stddev * random.normal(),
    uniform: () => Math.sqrt(3) * stddev * (2 * random.uniform() - 1),
  }[distribution];
  return draw(shape, next);
}

/** One that scales always so. */
export function scaled(scaling: Chosen<typeof options>) {
  return defineInitializer({ generate: (shape, random) => generate(shape, random, scaling) });
}

/**
 * Numbers of variance scale / n, so that a signal keeps its size: n is how many numbers enter a unit (`mode` "fanIn"), leave
 * it ("fanOut") or the mean of both ("fanAvg"), and the `distribution` "truncatedNormal", "untruncatedNormal" or "uniform"
 * (Glorot & Bengio 2010, He et al. 2015; Keras's VarianceScaling with its defaults).
 */
export const varianceScaling = defineInitializer({ options, check: positive("scale"), generate });
