import { add, div, mul, pow, sqrt, square, sub, type Tensor } from "../../graph/index.ts";
import { biasCorrection } from "./bias-correction.ts";
import { runningMean } from "./running-mean.ts";
import { adamOptions, type ScaleByAdamOptions } from "./scale-by-adam.ts";
import { perParameter, type Transformation } from "./transformation.ts";

/**
 * Adam with Nesterov momentum (Dozat 2016): the momentum of step t is μₜ = β₁ (1 − ½·0.96ᵗ), the update
 * (μₜ₊₁ m / (1 − Πμ·μₜ₊₁) + (1 − μₜ) g / (1 − Πμ)) / (√(v / (1 − β₂ᵗ)) + ε), where Πμ = μ₁ ⋯ μₜ is kept as state.
 */
export function scaleByNadam(options: ScaleByAdamOptions = {}): Transformation {
  const { beta1, beta2, epsilon } = adamOptions("scaleByNadam", options);
  const momentumAt = (step: Tensor) => mul(beta1, sub(1, mul(0.5, pow(0.96, step))));
  return {
    init: (parameters) => [
      ...perParameter(parameters, ["momentum", "velocity"]),
      { slot: "momentumProduct", shape: [], initial: 1 },
    ],
    update(updates, state, _parameters, { step }) {
      const count = updates.length;
      const now = momentumAt(step);
      const next = momentumAt(add(step, 1));
      const product = mul(state[2 * count]!, now);
      const momentum = updates.map((update, i) => runningMean(state[i]!, update, beta1));
      const velocity = updates.map((update, i) => runningMean(state[count + i]!, square(update), beta2));

      const ofMomentum = div(next, sub(1, mul(product, next)));
      const ofGradient = div(sub(1, now), sub(1, product));
      const correction = biasCorrection(beta2, step);
      const scaled = (update: Tensor, i: number) => {
        const ahead = add(mul(ofMomentum, momentum[i]!), mul(ofGradient, update));
        return div(ahead, add(sqrt(div(velocity[i]!, correction)), epsilon));
      };
      return { updates: updates.map(scaled), state: [...momentum, ...velocity, product] };
    },
  };
}
