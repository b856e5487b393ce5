import type { MissingStrategy } from "./strategy.ts";

/** The mean of the training values. */
export const mean: MissingStrategy = {
  name: "mean",
  fill: (values, mean) => values.map((value) => (Number.isNaN(value) ? mean : value)),
};
