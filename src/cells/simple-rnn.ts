import { add, matmul } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { activation, flag, initializer } from "./option.ts";

/** The plain recurrent network of Elman 1990: h' = tanh(x W + h U + b). */
export const simpleRnn = libraryCell({
  name: "simpleRnn",
  source: "Elman 1990, Finding structure in time",
  options: {
    /** Function of the sum. @default "tanh" */
    activation: activation("tanh"),
    /** Whether there is a bias. @default true */
    useBias: flag(true),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
    /** @default "orthogonal" */
    recurrentInitializer: initializer("orthogonal"),
    /** @default "zeros" */
    biasInitializer: initializer("zeros"),
  },
  weights: (inputSize, units, options) => ({
    kernel: { shape: [inputSize, units], initializer: options.kernelInitializer },
    recurrentKernel: { shape: [units, units], initializer: options.recurrentInitializer },
    bias: options.useBias ? { shape: [units], initializer: options.biasInitializer } : undefined,
  }),
  state: (units) => ({ h: units }),
  step: ({ kernel, recurrentKernel, bias }, x, { h }, { activation, drop }) => ({
    h: activation(add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel))),
  }),
});
