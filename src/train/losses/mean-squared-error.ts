import { rejectUnknown } from "../../errors.ts";
import { square, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";

/** Mean of (target − prediction)² over the last axis: for numbers, when large errors are the worst. */
export function meanSquaredError(options: Record<never, never> = {}): Loss {
  const name = "meanSquaredError";
  rejectUnknown(`${name}()`, options, []);
  return {
    name,
    config: { name },
    targetDType: "float32",
    fromLogits: false,
    values: (target, prediction) => meanOverLast(square(sub(prediction, alignTarget(target, prediction)))),
  };
}
