import { rejectUnknown } from "../../errors.ts";
import { abs, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";

/** Mean of |target − prediction| over the last axis: for numbers with outliers; it aims at the median. */
export function meanAbsoluteError(options: Record<never, never> = {}): Loss {
  const name = "meanAbsoluteError";
  rejectUnknown(`${name}()`, options, []);
  return {
    name,
    config: { name },
    targetDType: "float32",
    fromLogits: false,
    values: (target, prediction) => meanOverLast(abs(sub(prediction, alignTarget(target, prediction)))),
  };
}
