import { add, div, floor, label, less, matmul, mul, select, split, sub } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { draw, type Generate } from "./initializers/initializer.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";
import { number, positive } from "./option.ts";

/**
 * Phased LSTM (Neil et al. 2016): each unit has a gate that opens once in a period of its own, for a share of it, and
 * what happens while it is closed passes almost without a trace. Periods and shifts are learnt.
 *
 * It takes the time since the step before as a second input, `gap` [batch, time, 1], in the unit of the periods.
 */
export const phasedLstm = libraryCell({
  name: "phasedLstm",
  source: "Neil, Pfeiffer & Liu 2016, Phased LSTM",
  gates: ["input", "forget", "candidate", "output"],
  options: {
    ...lstmOptions,
    /** Shortest period to begin with; they are drawn evenly in their logarithm. @default 1 */
    minPeriod: positive(1),
    /** Longest period to begin with. @default 1000 */
    maxPeriod: positive(1000),
    /** Share of a period in which the gate is open. @default 0.05 */
    openRatio: positive(0.05),
    /** How much passes through a closed gate, per phase. @default 0.001 */
    leak: number(0.001),
  },
  inputs: () => ({ gap: 1 }),
  weights(inputSize, units, options) {
    const { minPeriod, maxPeriod } = options;
    const period: Generate = (shape, random) =>
      draw(shape, () => minPeriod * (maxPeriod / minPeriod) ** random.uniform());
    // A shift is a share of its period here, so that it does not depend on what period is drawn.
    const shift: Generate = (shape, random) => draw(shape, () => random.uniform());
    return {
      ...lstmWeights(inputSize, units, options),
      period: { shape: [units], initializer: period },
      shift: { shape: [units], initializer: shift },
    };
  },
  // `turns` is the time since the beginning in periods, without whole ones, so that it stays exact for ever.
  state: (units) => ({ h: units, c: units, turns: units }),
  step(weights, x, { h, c, turns }, options, { gap }) {
    const { activation, recurrentActivation, openRatio, leak, drop } = options;
    const { kernel, recurrentKernel, bias, period, shift } = weights;
    const fraction = (t: typeof h) => sub(t, floor(t));
    const now = fraction(add(turns, div(gap, period)));
    const phase = fraction(sub(now, shift));
    const opening = mul(2 / openRatio, phase);
    const open = select(less(phase, openRatio / 2), opening, sub(2, opening));
    const k = label(select(less(phase, openRatio), open, mul(leak, phase)), "time");

    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNew = add(mul(f, c), mul(i, g));
    const hNew = mul(o, activation(cNew));
    const pass = (next: typeof h, before: typeof h) => add(before, mul(k, sub(next, before)));
    return { h: pass(hNew, h), c: pass(cNew, c), turns: now };
  },
});
