import { add, label, matmul, mul, split, sub } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";

/** Long short-term memory whose input gate is what the forget gate leaves, i = 1 − f (Greff et al. 2017). */
export const coupledLstm = libraryCell({
  name: "coupledLstm",
  source: "Greff, Srivastava, Koutník, Steunebrink & Schmidhuber 2017, LSTM: a search space odyssey (CIFG)",
  gates: ["forget", "candidate", "output"],
  options: lstmOptions,
  weights: (inputSize, units, options) => lstmWeights(inputSize, units, options, { gates: 3, forget: 0 }),
  state: (units) => ({ h: units, c: units }),
  step({ kernel, recurrentKernel, bias }, x, { h, c }, { activation, recurrentActivation, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zf, zg, zo] = split(z, 3);
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, c), mul(sub(1, f), g));
    return { h: mul(o, activation(cNext)), c: cNext };
  },
});
