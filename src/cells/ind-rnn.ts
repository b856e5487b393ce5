import { add, matmul, mul } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { inputKernel, kernelOptions } from "./kernel.ts";
import { activation, initializer } from "./option.ts";

/**
 * Independently recurrent network (Li et al. 2018): h' = relu(x W + u ∘ h + b). Each unit sees of the state itself alone,
 * and many layers mix the units.
 */
export const indRnn = libraryCell({
  name: "indRnn",
  source: "Li, Li, Cook, Zhu & Gao 2018, Independently recurrent neural network (IndRNN)",
  options: {
    /** Function of the sum. @default "relu" */
    activation: activation("relu"),
    ...kernelOptions,
    /** @default uniform between 0 and 1 */
    recurrentInitializer: initializer({ name: "randomUniform", low: 0, high: 1 }),
  },
  weights(inputSize, units, options) {
    const { kernel, bias } = inputKernel(inputSize, units, options);
    return { kernel, recurrentWeight: { shape: [units], initializer: options.recurrentInitializer }, bias };
  },
  state: (units) => ({ h: units }),
  step: ({ kernel, recurrentWeight, bias }, x, { h }, { activation, drop }) => ({
    h: activation(add(addBias(matmul(x, kernel), bias), mul(drop(h), recurrentWeight))),
  }),
});
