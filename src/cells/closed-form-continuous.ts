import { add, label, matmul, mul, sigmoid, split, sub, tanh } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { integer } from "./option.ts";

/**
 * Closed-form continuous-time cell (CfC; Hasani et al. 2022): two candidates f and g from one hidden layer, between which
 * a gate moves as time goes by, h' = σ(−a gap − b) ∘ f + (1 − σ(−a gap − b)) ∘ g.
 *
 * It takes the time since the step before as a second input, `gap` [batch, time, 1].
 */
export const closedFormContinuous = libraryCell({
  name: "closedFormContinuous",
  source:
    "Hasani, Lechner, Amini, Liebenwein, Ray, Tschaikowski, Teschl & Rus 2022, Closed-form continuous-time neural networks",
  options: {
    /** Size of the hidden layer that sees input and state. @default 128 */
    backboneUnits: integer(1, 128),
    ...kernelOptions,
  },
  inputs: () => ({ gap: 1 }),
  weights: (inputSize, units, options) => ({
    ...kernels(inputSize, units, options.backboneUnits, options),
    // Columns of both candidates, then those of the gate's slope and place in time.
    headKernel: { shape: [options.backboneUnits, 4 * units], initializer: options.kernelInitializer },
    headBias: options.useBias ? { shape: [4 * units], initializer: options.biasInitializer } : undefined,
  }),
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel, bias, headKernel, headBias }, x, { h }, { drop }, { gap }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    // LeCun's scaled tanh, as in the paper's code.
    const backbone = mul(1.7159, tanh(mul(2 / 3, z)));
    const [zf, zg, slope, place] = split(addBias(matmul(backbone, headKernel), headBias), 4);
    const f = label(tanh(zf), "early");
    const g = label(tanh(zg), "late");
    const t = label(sigmoid(add(mul(slope, gap), place)), "time");
    return { h: add(mul(f, sub(1, t)), mul(g, t)) };
  },
});
