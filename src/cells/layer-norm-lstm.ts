import { add, label, matmul, mul, split } from "../graph/index.ts";
import { addBias } from "./bias.ts";
import { libraryCell } from "./cell.ts";
import { lstmOptions, lstmWeights } from "./lstm.ts";
import { normalize } from "./normalize.ts";

/**
 * Long short-term memory with layer normalization (Ba et al. 2016) of the input's product, of the recurrent one, each
 * over all gates together, and of the cell's state on its way to the output.
 */
export const layerNormLstm = libraryCell({
  name: "layerNormLstm",
  source: "Ba, Kiros & Hinton 2016, Layer normalization, equations 20 to 22",
  gates: ["input", "forget", "candidate", "output"],
  options: lstmOptions,
  weights: (inputSize, units, options) => ({
    ...lstmWeights(inputSize, units, options),
    inputGain: { shape: [4 * units], initializer: "ones" },
    recurrentGain: { shape: [4 * units], initializer: "ones" },
    cellGain: { shape: [units], initializer: "ones" },
    cellBias: { shape: [units], initializer: "zeros" },
  }),
  state: (units) => ({ h: units, c: units }),
  step(weights, x, { h, c }, { activation, recurrentActivation, drop }) {
    const { kernel, recurrentKernel, bias, inputGain, recurrentGain, cellGain, cellBias } = weights;
    const fromInput = mul(normalize(matmul(x, kernel)), inputGain);
    const fromState = mul(normalize(matmul(drop(h), recurrentKernel)), recurrentGain);
    const [zi, zf, zg, zo] = split(add(addBias(fromInput, bias), fromState), 4);
    const i = label(recurrentActivation(zi), "input");
    const f = label(recurrentActivation(zf), "forget");
    const g = label(activation(zg), "candidate");
    const o = label(recurrentActivation(zo), "output");
    const cNext = add(mul(f, c), mul(i, g));
    return { h: mul(o, activation(add(mul(normalize(cNext), cellGain), cellBias))), c: cNext };
  },
});
