import { rejectUnknown, requireNumber } from "../../errors.ts";
import { minimum, mul, square, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";

export interface TukeyBiweightOptions {
  /**
   * The error from which on nothing counts more, in units of the target: for targets whose noise has standard deviation 1,
   * 4.685 is as good as the squared error to within 5 %. @default 4.685
   */
  readonly threshold?: number;
}

/**
 * c²/6 · (1 − (1 − (e/c)²)³) for errors |e| ≤ c, else c²/6, averaged over the last axis (Beaton & Tukey 1974): outliers have
 * no gradient at all. Scale targets first, and begin near the data: what is far off learns nothing.
 */
export function tukeyBiweight(options: TukeyBiweightOptions = {}): Loss {
  const name = "tukeyBiweight";
  rejectUnknown(`${name}()`, options, ["threshold"]);
  const { threshold = 4.685 } = options;
  requireNumber("threshold", threshold, "above 0", (x) => x > 0);
  return {
    name,
    config: { name, threshold },
    targetDType: "float32",
    fromLogits: false,
    values(target, prediction) {
      const error = sub(prediction, alignTarget(target, prediction));
      const left = sub(1, minimum(square(mul(error, 1 / threshold)), 1));
      return meanOverLast(mul(threshold ** 2 / 6, sub(1, mul(left, square(left)))));
    },
  };
}
