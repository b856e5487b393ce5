import type { MissingStrategy } from "./strategy.ts";

/**
 * Straight lines over time between what was observed before and after, level at both ends; the mean where a row has nothing.
 * It looks ahead: not for forecasts of the steps that it fills.
 */
export const linear: MissingStrategy = {
  name: "linear",
  fill(values, mean, times) {
    const filled = values.slice();
    const seen = Array.from(values.keys()).filter((step) => !Number.isNaN(values[step]!));
    for (let step = 0, next = 0; step < values.length; step++) {
      if (seen[next] === step) {
        next++;
        continue;
      }
      const [before, after] = [seen[next - 1] ?? seen[next], seen[next] ?? seen[next - 1]];
      if (before === undefined || after === undefined) filled[step] = mean;
      else {
        const span = times[after]! - times[before]!;
        const share = span > 0 ? (times[step]! - times[before]!) / span : 0;
        filled[step] = values[before]! + share * (values[after]! - values[before]!);
      }
    }
    return filled;
  },
};
