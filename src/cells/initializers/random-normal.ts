import { defineInitializer, draw, positive } from "./initializer.ts";
import type { RandomStream } from "./random-stream.ts";

/** One whose numbers are `mean` and `stddev` times what `next` draws. */
export function normal(next: (random: RandomStream) => number) {
  return defineInitializer({
    options: { mean: 0, stddev: 0.05 },
    check: positive("stddev"),
    generate: (shape, random, { mean, stddev }) => draw(shape, () => mean + stddev * next(random)),
  });
}

/** Normal with the given mean and standard deviation. */
export const randomNormal = normal((random) => random.normal());
