import { add, max, mul, relu, sub, sum } from "../../graph/index.ts";
import { alignTarget } from "./align-target.ts";
import type { Loss } from "./loss.ts";
import { plainLoss, requireLastAxis } from "./plain-loss.ts";

/** max(0, 1 + the best of the wrong classes − the right one); targets have a 1 for the right class, 0 for the others. */
export function categoricalHinge(options: Record<never, never> = {}): Loss {
  return plainLoss("categoricalHinge", options, (target, prediction) => {
    requireLastAxis(prediction, "categoricalHinge");
    const wanted = alignTarget(target, prediction);
    const right = sum(mul(wanted, prediction), { axes: [-1] });
    const wrong = max(mul(sub(1, wanted), prediction), { axes: [-1] });
    return relu(add(sub(wrong, right), 1));
  });
}
