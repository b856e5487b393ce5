import type { MissingStrategy } from "./strategy.ts";

/**
 * What the cell `gruD` takes: centred values, NaN where missing. The cell itself decays what it saw last to the mean, which
 * is 0 then; it gets `gaps` as its second input.
 */
export const gruD: MissingStrategy = {
  name: "gruD",
  fill: (values, mean) => values.map((value) => value - mean),
};
