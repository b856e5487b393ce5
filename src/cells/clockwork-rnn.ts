import { add, constant, div, equal, floor, label, matmul, mul, select, type Tensor } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation, integer } from "./option.ts";

/** The period of each unit, 1, 2, 4, 8, … for as many groups of units one after the other, as equal as can be. */
function periodsOf(units: number, modules: number): number[] {
  return Array.from({ length: units }, (_, unit) => 2 ** Math.floor((unit * modules) / units));
}

/** 1 where a unit sees another: those with its period or a longer one. Rows are those that are seen. */
function connections(periods: readonly number[]): Tensor {
  const seen = periods.flatMap((from) => periods.map((to) => (from >= to ? 1 : 0)));
  return constant(Float32Array.from(seen), [periods.length, periods.length]);
}

/**
 * Clockwork RNN (Koutník et al. 2014): groups of units work at periods 1, 2, 4, 8, … steps and rest in between. Fast
 * groups see slow ones, slow ones do not see fast ones.
 */
export const clockworkRnn = libraryCell({
  name: "clockworkRnn",
  source: "Koutník, Greff, Gomez & Schmidhuber 2014, A clockwork RNN",
  options: {
    /** Function of the sum. @default "tanh" */
    activation: activation("tanh"),
    /** Number of groups. @default 4 */
    modules: integer(1, 4),
    ...kernelOptions,
  },
  weights: (inputSize, units, options) => kernels(inputSize, units, units, options),
  // The number of steps so far is a part of the state, so that it goes on from batch to batch.
  state: (units) => ({ h: units, steps: 1 }),
  step({ kernel, recurrentKernel, bias }, x, { h, steps }, { activation, modules, drop }) {
    const periods = periodsOf(h.shape[1]!, modules);
    const turns = div(steps, constant(Float32Array.from(periods), [1, periods.length]));
    const isDue = equal(turns, floor(turns));
    const recurrent = matmul(drop(h), mul(recurrentKernel, connections(periods)));
    const candidate = label(activation(add(addBias(matmul(x, kernel), bias), recurrent)), "candidate");
    return { h: select(isDue, candidate, h), steps: add(steps, 1) };
  },
});
