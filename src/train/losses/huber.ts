import { rejectUnknown, requireNumber } from "../../errors.ts";
import { abs, lessEqual, mul, select, square, sub } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";

export interface HuberOptions {
  /** The error at which the loss turns from quadratic to linear, in units of the target. @default 1 */
  readonly delta?: number;
}

/** ½e² for errors |e| ≤ δ, else δ|e| − ½δ², averaged over the last axis (Huber 1964). */
export function huber(options: HuberOptions = {}): Loss {
  const name = "huber";
  rejectUnknown(`${name}()`, options, ["delta"]);
  const { delta = 1 } = options;
  requireNumber("delta", delta, "above 0", (x) => x > 0);
  return {
    name,
    config: { name, delta },
    targetDType: "float32",
    fromLogits: false,
    values(target, prediction) {
      const error = sub(prediction, alignTarget(target, prediction));
      const size = abs(error);
      const linear = sub(mul(delta, size), 0.5 * delta ** 2);
      return meanOverLast(select(lessEqual(size, delta), mul(0.5, square(error)), linear));
    },
  };
}
