import { add, div, label, log, matmul, mul, split, sub, tanh } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";

/**
 * Time-aware LSTM (Baytas et al. 2017): before each step, the short-term part of the cell's state, which it learns to tell
 * apart, is discounted by 1 / log(e + gap).
 *
 * It takes the time since the step before, at least 0, as a second input, `gap` [batch, time, 1].
 */
export const timeAwareLstm = libraryCell({
  name: "timeAwareLstm",
  source: "Baytas, Xiao, Zhang, Wang, Jain & Zhou 2017, Patient subtyping via time-aware LSTM networks",
  gates: ["input", "forget", "candidate", "output"],
  options: lstmOptions,
  inputs: () => ({ gap: 1 }),
  weights: (inputSize, units, options) => ({
    ...lstmWeights(inputSize, units, options),
    shortTermKernel: { shape: [units, units], initializer: options.recurrentInitializer },
    shortTermBias: { shape: [units], initializer: "zeros" },
  }),
  state: (units) => ({ h: units, c: units }),
  step(weights, x, { h, c }, { activation, recurrentActivation, drop }, { gap }) {
    const { kernel, recurrentKernel, bias, shortTermKernel, shortTermBias } = weights;
    const shortTerm = label(tanh(add(matmul(c, shortTermKernel), shortTermBias)), "shortTerm");
    const discounted = div(shortTerm, log(add(Math.E, gap)));
    const cBefore = add(sub(c, shortTerm), discounted);

    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, cBefore), mul(i, g));
    return { h: mul(o, activation(cNext)), c: cNext };
  },
});
