import { add, label, matmul, mul, split, take } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";

/** Long short-term memory whose gates see the cell's state through weights of their own (Gers & Schmidhuber 2000). */
export const peepholeLstm = libraryCell({
  name: "peepholeLstm",
  source: "Gers & Schmidhuber 2000, Recurrent nets that time and count",
  gates: ["input", "forget", "candidate", "output"],
  options: lstmOptions,
  weights: (inputSize, units, options) => ({
    ...lstmWeights(inputSize, units, options),
    // Rows are those of the input, the forget and the output gate.
    peephole: { shape: [3, units], initializer: options.kernelInitializer },
  }),
  state: (units) => ({ h: units, c: units }),
  step({ kernel, recurrentKernel, bias, peephole }, x, { h, c }, { activation, recurrentActivation, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const i = label(recurrentActivation(add(zi, mul(c, take(peephole, 0, 0)))), "input");
    const f = label(recurrentActivation(add(zf, mul(c, take(peephole, 0, 1)))), "forget");
    const g = label(activation(zg), "candidate");
    const cNext = add(mul(f, c), mul(i, g));
    const o = label(recurrentActivation(add(zo, mul(cNext, take(peephole, 0, 2)))), "output");
    return { h: mul(o, activation(cNext)), c: cNext };
  },
});
