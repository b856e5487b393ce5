import type { Shape } from "../../graph/tensor.ts";
import { defineInitializer, draw, fans, requireSpread } from "./initializer.ts";
import type { RandomStream } from "./random-stream.ts";
import { truncated } from "./truncated-normal.ts";

/** Standard deviation of a standard normal number that is cut off at ±2. */
const TRUNCATED_STDDEV = 0.8796256610342398;

const choices = {
  mode: ["fanIn", "fanOut", "fanAvg"],
  distribution: ["truncatedNormal", "untruncatedNormal", "uniform"],
} as const;

interface Scaling {
  readonly scale: number;
  readonly mode: (typeof choices.mode)[number];
  readonly distribution: (typeof choices.distribution)[number];
}

/**
 * Draws numbers of variance scale / n, with n of the numbers that enter a unit, those that leave it, or their mean. A
 * truncated normal is widened so that it has that variance after cutting.
 */
export function scaling({ scale, mode, distribution }: Scaling) {
  return (shape: Shape, random: RandomStream): Float64Array => {
    const { fanIn, fanOut } = fans(shape);
    const count = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
    const stddev = Math.sqrt(scale / Math.max(1, count));
    const next = {
      truncatedNormal: () => (stddev / TRUNCATED_STDDEV) * truncated(random),
      untruncatedNormal: () => stddev * random.normal(),
      uniform: () => Math.sqrt(3) * stddev * (2 * random.uniform() - 1),
    }[distribution];
    return draw(shape, next);
  };
}

/**
 * Numbers of variance scale / n, so that a signal keeps its size: n is how many numbers enter a unit (`mode` "fanIn"), leave
 * it ("fanOut") or the mean of both ("fanAvg"), and the `distribution` "truncatedNormal", "untruncatedNormal" or "uniform"
 * (Glorot & Bengio 2010, He et al. 2015; Keras's VarianceScaling with its defaults).
 */
export const varianceScaling = defineInitializer({
  name: "varianceScaling",
  options: { scale: 1 },
  choices,
  check: ({ scale }) => requireSpread("scale", scale),
  generate: (shape, random, { scale }, words) => scaling({ scale, ...words })(shape, random),
});
