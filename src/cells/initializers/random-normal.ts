import { defineInitializer, draw, requireSpread } from "./initializer.ts";

/** Normal with the given mean and standard deviation. */
export const randomNormal = defineInitializer({
  name: "randomNormal",
  options: { mean: 0, stddev: 0.05 },
  check: ({ stddev }) => requireSpread("stddev", stddev),
  generate(shape, random, { mean, stddev }) {
    return draw(shape, () => mean + stddev * random.normal());
  },
});
