import { add, label, matmul, mul, split } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { chronoBias, chronoOptions } from "./chrono.ts";
import type { Initializer } from "./initializers/index.ts";
import type { Generate } from "./initializers/initializer.ts";
import { kernelOptions, kernels } from "./kernel.ts";
import { activation, type Bound, flag } from "./option.ts";

export const lstmOptions = {
  /** Function of the candidate and of the output. @default "tanh" */
  activation: activation("tanh"),
  /** Function of the gates. @default "sigmoid" */
  recurrentActivation: activation("sigmoid"),
  /** Whether the forget gate's bias begins at 1 (Jozefowicz et al. 2015). @default true */
  unitForgetBias: flag(true),
  ...chronoOptions,
  ...kernelOptions,
};

interface Layout {
  /** Blocks of columns. @default 4 */
  readonly gates?: number;
  /** Which of them is the forget gate's; an input gate of its own is block 0. @default 1 */
  readonly forget?: number;
  /** Size of the state that the recurrent kernel sees. @default `units` */
  readonly stateSize?: number;
}

type BiasOptions = Pick<Bound<typeof lstmOptions>, "unitForgetBias" | "chronoSteps" | "biasInitializer">;

/** How the bias begins whose block of columns `forget` is the forget gate's. */
export function lstmBias(options: BiasOptions, units: number, forget: number): Initializer | Generate {
  return chronoBias(options, units, forget, forget > 0 ? 0 : undefined);
}

/** Kernels and bias of an LSTM and its relatives. */
export function lstmWeights(
  inputSize: number,
  units: number,
  options: BiasOptions & Bound<typeof kernelOptions>,
  { gates = 4, forget = 1, stateSize = units }: Layout = {},
) {
  const { bias, ...both } = kernels(inputSize, stateSize, gates * units, options);
  return { ...both, bias: bias && { ...bias, initializer: lstmBias(options, units, forget) } };
}

/** Long short-term memory (Hochreiter & Schmidhuber 1997), with the forget gate of Gers et al. 2000. */
export const lstm = libraryCell({
  name: "lstm",
  source: "Hochreiter & Schmidhuber 1997, Long short-term memory; Gers, Schmidhuber & Cummins 2000, Learning to forget",
  gates: ["input", "forget", "candidate", "output"],
  options: lstmOptions,
  weights: (inputSize, units, options) => lstmWeights(inputSize, units, options),
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
