import { add, label, matmul, mul, sliceAxis, split, sub } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation } from "./option.ts";

/** Minimal gated unit (Zhou et al. 2016): a gated recurrent unit whose one gate updates and resets. */
export const minimalGatedUnit = libraryCell({
  name: "minimalGatedUnit",
  source: "Zhou, Wu, Zhang & Zhou 2016, Minimal gated unit for recurrent neural networks",
  gates: ["forget", "candidate"],
  options: {
    /** Function of the candidate. @default "tanh" */
    activation: activation("tanh"),
    /** Function of the gate. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    ...kernelOptions,
  },
  weights: (inputSize, units, options) => kernels(inputSize, units, 2 * units, options),
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel, bias }, x, { h }, { activation, recurrentActivation, drop }) {
    const units = h.shape[1]!;
    const [xf, xc] = split(addBias(matmul(x, kernel), bias), 2);
    const hf = matmul(drop(h), sliceAxis(recurrentKernel, 1, 0, units));
    const f = label(recurrentActivation(add(xf, hf)), "forget");
    const hc = matmul(mul(f, drop(h)), sliceAxis(recurrentKernel, 1, units, units));
    const candidate = label(activation(add(xc, hc)), "candidate");
    return { h: add(mul(sub(1, f), h), mul(f, candidate)) };
  },
});
