import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, mul } from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import { perParameter, type Transformation } from "./transformation.ts";

export interface MomentumOptions {
  /** The share of the last step that is kept. @default 0.9 */
  readonly momentum?: number;
  /** Looks ahead: takes the step that momentum will take next (Nesterov 1983). @default false */
  readonly nesterov?: boolean;
}

/** m ← βm + u; the update is m, or with Nesterov βm + u of the new m. */
export function addMomentum(options: MomentumOptions = {}): Transformation {
  rejectUnknown("addMomentum()", options, ["momentum", "nesterov"]);
  const { momentum = 0.9, nesterov = false } = options;
  requireNumber("momentum", momentum, "from 0 to 1", (x) => x >= 0 && x <= 1);
  requireBoolean("nesterov", nesterov);
  return {
    init: (parameters) => perParameter(parameters, ["momentum"]),
    update(updates, state) {
      const next = updates.map((update, i) => add(mul(momentum, state[i]!), update));
      const ahead = () => updates.map((update, i) => add(mul(momentum, next[i]!), update));
      return { updates: nesterov ? ahead() : next, state: next };
    },
  };
}
