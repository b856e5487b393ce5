import type { MissingStrategy } from "./strategy.ts";

/** The value observed last in this row; the mean before there is one. */
export const forward: MissingStrategy = {
  name: "forward",
  fill(values, mean) {
    let last = mean;
    return values.map((value) => {
      if (!Number.isNaN(value)) last = value;
      return last;
    });
  },
};
