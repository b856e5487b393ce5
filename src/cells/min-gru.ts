import { add, label, matmul, mul, split, sub } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { inputKernel, inputKernelOptions } from "./kernel.ts";
import { activation } from "./option.ts";

/** minGRU (Feng et al. 2024): a gated recurrent unit whose gate and candidate do not see the state, in which it is linear. */
export const minGru = libraryCell({
  name: "minGru",
  source: "Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, Were RNNs all we needed?",
  gates: ["update", "candidate"],
  options: {
    /** Function of the candidate. @default "linear" */
    activation: activation("linear"),
    /** Function of the gate. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    ...inputKernelOptions,
  },
  weights: (inputSize, units, options) => inputKernel(inputSize, 2 * units, options),
  state: (units) => ({ h: units }),
  step({ kernel, bias }, x, { h }, { activation, recurrentActivation }) {
    const [xz, xc] = split(addBias(matmul(x, kernel), bias), 2);
    const z = label(recurrentActivation(xz), "update");
    const candidate = label(activation(xc), "candidate");
    return { h: add(mul(sub(1, z), h), mul(z, candidate)) };
  },
});
