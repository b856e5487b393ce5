import { add, div, label, matmul, mul, softplus } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation, initializer, integer } from "./option.ts";

/**
 * Liquid time-constant network (Hasani et al. 2021): dh/dt = −(1/τ + f) ∘ h + f ∘ A with f of input and state, so that the
 * inputs decide how fast the state moves. Each step solves it with a few fused steps, h ← (h + dt f ∘ A) / (1 + dt (1/τ + f)).
 *
 * It takes the time since the step before, at least 0, as a second input, `gap` [batch, time, 1].
 */
export const liquidTimeConstant = libraryCell({
  name: "liquidTimeConstant",
  source: "Hasani, Lechner, Amini, Rus & Grosu 2021, Liquid time-constant networks",
  options: {
    /** f, of values that are not negative. @default "sigmoid" */
    activation: activation("sigmoid"),
    /** Solver steps for each step of the sequence. @default 6 */
    unfolds: integer(1, 6),
    ...kernelOptions,
    /** Of A, to which the state is drawn. @default uniform between −1 and 1 */
    targetInitializer: initializer({ name: "randomUniform", low: -1, high: 1 }),
  },
  inputs: () => ({ gap: 1 }),
  weights: (inputSize, units, options) => ({
    ...kernels(inputSize, units, units, options),
    target: { shape: [units], initializer: options.targetInitializer },
    // 1/τ = log(1 + e^rate), which is positive.
    rate: { shape: [units], initializer: "zeros" },
  }),
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel, bias, target, rate }, x, { h }, { activation, unfolds, drop }, { gap }) {
    const fromInput = addBias(matmul(x, kernel), bias);
    const dt = mul(gap, 1 / unfolds);
    const leak = softplus(rate);
    let now = h;
    for (let i = 0; i < unfolds; i++) {
      const f = label(activation(add(fromInput, matmul(drop(now), recurrentKernel))), "flow");
      now = div(add(now, mul(dt, mul(f, target))), add(1, mul(dt, add(leak, f))));
    }
    return { h: now };
  },
});
