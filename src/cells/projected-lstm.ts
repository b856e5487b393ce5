import { add, label, matmul, mul, split } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";
import { integer } from "./option.ts";

/** The size of the output of `units`. */
const sizeOf = (units: number, { projectionSize }: { readonly projectionSize: number }) =>
  projectionSize === 0 ? Math.ceil(units / 2) : projectionSize;

/** Long short-term memory whose output is a projection to fewer numbers (Sak et al. 2014; `proj_size` of PyTorch). */
export const projectedLstm = libraryCell({
  name: "projectedLstm",
  source:
    "Sak, Senior & Beaufays 2014, Long short-term memory recurrent neural network architectures for acoustic modeling",
  gates: ["input", "forget", "candidate", "output"],
  options: {
    ...lstmOptions,
    /** Size of the output and of h; 0 for half of the units. @default 0 */
    projectionSize: integer(0, 0),
  },
  weights: (inputSize, units, options) => ({
    ...lstmWeights(inputSize, units, options, { stateSize: sizeOf(units, options) }),
    projection: { shape: [units, sizeOf(units, options)], initializer: options.kernelInitializer },
  }),
  state: (units, options) => ({ h: sizeOf(units, options), c: units }),
  step({ kernel, recurrentKernel, bias, projection }, x, { h, c }, { activation, recurrentActivation, drop }) {
    const z = add(addBias(matmul(x, kernel), bias), matmul(drop(h), recurrentKernel));
    const [zi, zf, zg, zo] = split(z, 4);
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, c), mul(i, g));
    return { h: matmul(mul(o, activation(cNext)), projection), c: cNext };
  },
});
