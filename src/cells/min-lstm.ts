import { add, div, label, matmul, mul, split } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { inputKernel, inputKernelOptions } from "./kernel.ts";
import { activation } from "./option.ts";

/**
 * minLSTM (Feng et al. 2024): forget and input gate do not see the state, in which it is linear, and are made to add up
 * to 1.
 */
export const minLstm = libraryCell({
  name: "minLstm",
  source: "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, Were RNNs all we needed?",
  gates: ["forget", "input", "candidate"],
  options: {
    /** Function of the candidate. @default "linear" */
    activation: activation("linear"),
    /** Function of the gates. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    ...inputKernelOptions,
  },
  weights: (inputSize, units, options) => inputKernel(inputSize, 3 * units, options),
  state: (units) => ({ h: units }),
  step({ kernel, bias }, x, { h }, { activation, recurrentActivation }) {
    const [xf, xi, xc] = split(addBias(matmul(x, kernel), bias), 3);
    const f = label(recurrentActivation(xf), "forget");
    const i = label(recurrentActivation(xi), "input");
    const candidate = label(activation(xc), "candidate");
    return { h: div(add(mul(f, h), mul(i, candidate)), add(f, i)) };
  },
});
