import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, div, sqrt, square, sub } from "../../graph/index.ts";
import { requireBoolean } from "../require-boolean.ts";
import { runningMean } from "./running-mean.ts";
import { perParameter, type Transformation } from "./transformation.ts";

export interface ScaleByRmsOptions {
  /** Decay of the mean of squared gradients, per step. @default 0.9 */
  readonly rho?: number;
  /** Added to the mean square, under the root. @default 1e-7 */
  readonly epsilon?: number;
  /** Subtracts the squared mean of gradients, so that the variance is left. @default false */
  readonly centered?: boolean;
}

/** g / √(v + ε) with the running mean v of g² (Tieleman & Hinton 2012). */
export function scaleByRms(options: ScaleByRmsOptions = {}): Transformation {
  rejectUnknown("scaleByRms()", options, ["rho", "epsilon", "centered"]);
  const { rho = 0.9, epsilon = 1e-7, centered = false } = options;
  requireNumber("rho", rho, "of at least 0 and below 1", (x) => x >= 0 && x < 1);
  requireNumber("epsilon", epsilon, "of at least 0", (x) => x >= 0);
  requireBoolean("centered", centered);
  return {
    init: (parameters) => perParameter(parameters, centered ? ["velocity", "averageGradient"] : ["velocity"]),
    update(updates, state) {
      const velocity = updates.map((update, i) => runningMean(state[i]!, square(update), rho));
      const average = centered ? updates.map((update, i) => runningMean(state[updates.length + i]!, update, rho)) : [];
      const scaled = updates.map((update, i) => {
        const spread = centered ? sub(velocity[i]!, square(average[i]!)) : velocity[i]!;
        return div(update, sqrt(add(spread, epsilon)));
      });
      return { updates: scaled, state: [...velocity, ...average] };
    },
  };
}
