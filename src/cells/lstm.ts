import { add, label, matmul, mul, split } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { generatorOf } from "./initializers/index.ts";
import type { Generate } from "./initializers/initializer.ts";
import { activation, flag, initializer } from "./option.ts";

/** Long short-term memory (Hochreiter & Schmidhuber 1997), with the forget gate of Gers et al. 2000. */
export const lstm = libraryCell({
  name: "lstm",
  gates: ["input", "forget", "candidate", "output"],
  options: {
    /** Function of the candidate and of the output. @default "tanh" */
    activation: activation("tanh"),
    /** Function of the gates. @default "sigmoid" */
    recurrentActivation: activation("sigmoid"),
    /** Whether there is a bias. @default true */
    useBias: flag(true),
    /** Whether the forget gate's bias begins at 1 (Jozefowicz et al. 2015). @default true */
    unitForgetBias: flag(true),
    /** @default "glorotUniform" */
    kernelInitializer: initializer("glorotUniform"),
    /** @default "orthogonal" */
    recurrentInitializer: initializer("orthogonal"),
    /** @default "zeros" */
    biasInitializer: initializer("zeros"),
  },
  weights: (inputSize, units, options) => ({
    kernel: { shape: [inputSize, 4 * units], initializer: options.kernelInitializer },
    recurrentKernel: { shape: [units, 4 * units], initializer: options.recurrentInitializer },
    bias: options.useBias
      ? {
          shape: [4 * units],
          initializer: options.unitForgetBias
            ? withForgetBias(generatorOf(options.biasInitializer), units)
            : options.biasInitializer,
        }
      : undefined,
  }),
  state: (units) => ({ h: units, c: units }),
  step({ kernel, recurrentKernel, bias }, x, { h, c }, { activation, recurrentActivation, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, c), mul(i, g));
    return { h: mul(o, activation(cNext)), c: cNext };
  },
});

/** Draws a bias and sets the forget gate's part to 1. */
function withForgetBias(generate: Generate, units: number): Generate {
  return (shape, random) => generate(shape, random).fill(1, units, 2 * units);
}
