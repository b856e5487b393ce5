import {
  add,
  div,
  equal,
  exp,
  label,
  matmul,
  maximum,
  mul,
  neg,
  select,
  sigmoid,
  softplus,
  split,
  stopGradient,
  sub,
} from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";
import { activation } from "./option.ts";

const { recurrentActivation: _gates, ...options } = lstmOptions;

/**
 * The scalar memory of xLSTM (Beck et al. 2024), with one head: an exponential input gate, a sigmoid forget gate, and a
 * normalizer n that the cell's state is divided by. c and n are kept as multiples of e^m, so that nothing overflows; as
 * their quotient does not depend on m, no gradient goes through it.
 */
export const slstm = libraryCell({
  name: "slstm",
  source: "Beck, Pöppel, Spanring, Auer, Prudnikova, Kopp, Klambauer, Brandstetter & Hochreiter 2024, xLSTM",
  gates: ["input", "forget", "candidate", "output"],
  options: { ...options, activation: activation("tanh") },
  weights: (inputSize, units, options) => lstmWeights(inputSize, units, options),
  state: (units) => ({ h: units, c: units, n: units, m: units }),
  step({ kernel, recurrentKernel, bias }, x, { h, c, n, m }, { activation, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const logForget = neg(softplus(neg(zf)));
    // Where nothing has been seen yet there is nothing to keep in proportion.
    const isFirst = equal(n, 0);
    const kept = add(logForget, m);
    const mNext = stopGradient(select(isFirst, zi, maximum(kept, zi)));
    const i = label(exp(sub(zi, mNext)), "input");
    const f = label(select(isFirst, 0, exp(sub(kept, mNext))), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(sigmoid(zo), "output");
    const cNext = add(mul(f, c), mul(i, g));
    const nNext = add(mul(f, n), i);
    return { h: mul(o, div(cNext, nNext)), c: cNext, n: nNext, m: mNext };
  },
});
