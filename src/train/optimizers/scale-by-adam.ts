import { rejectUnknown, requireNumber } from "../../errors.ts";
import { add, div, mul, sqrt, square, type Tensor } from "../../graph/index.ts";
import { biasCorrection } from "./bias-correction.ts";
import { runningMean } from "./running-mean.ts";
import { perParameter, type Transformation } from "./transformation.ts";

export interface ScaleByAdamOptions {
  /** Decay of the mean of gradients, per step. @default 0.9 */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, per step. @default 0.999 */
  readonly beta2?: number;
  /** Added to the root of the mean square. @default 1e-7 */
  readonly epsilon?: number;
}

/**
 * m / (√v + ε) with running means m of the gradient and v of its square, times √(1 − β₂ᵗ) / (1 − β₁ᵗ) to correct their
 * start at 0 (Kingma & Ba 2015, in the form before their section 2.1, whose ε is Keras's).
 */
export function scaleByAdam(options: ScaleByAdamOptions = {}): Transformation {
  const { beta1, beta2, epsilon } = adamOptions("scaleByAdam", options);
  return {
    init: (parameters) => perParameter(parameters, ["momentum", "velocity"]),
    update(updates, state, _parameters, { step }) {
      const count = updates.length;
      const momentum = updates.map((update, i) => runningMean(state[i]!, update, beta1));
      const velocity = updates.map((update, i) => runningMean(state[count + i]!, square(update), beta2));
      const correction = div(sqrt(biasCorrection(beta2, step)), biasCorrection(beta1, step));
      const scaled = (m: Tensor, i: number) => div(mul(correction, m), add(sqrt(velocity[i]!), epsilon));
      return { updates: momentum.map(scaled), state: [...momentum, ...velocity] };
    },
  };
}

/** Checks and completes the options of Adam and its kin. */
export function adamOptions(owner: string, options: ScaleByAdamOptions): Required<ScaleByAdamOptions> {
  rejectUnknown(`${owner}()`, options, ["beta1", "beta2", "epsilon"]);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  requireNumber("beta1", beta1, "of at least 0 and below 1", (x) => x >= 0 && x < 1);
  requireNumber("beta2", beta2, "of at least 0 and below 1", (x) => x >= 0 && x < 1);
  requireNumber("epsilon", epsilon, "of at least 0", (x) => x >= 0);
  return { beta1, beta2, epsilon };
}
