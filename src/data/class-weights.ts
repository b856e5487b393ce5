/** Weights by class: rare classes count more, so that training does not learn to ignore them. */
import { explain, OptionError, requireNumber, show } from "../errors.ts";
import { type Shape, sizeOf } from "../graph/tensor.ts";
import type { NumericArray } from "./array.ts";

/** How much each class counts; classes that are left out count 1. */
export type ClassWeights = Readonly<Record<number, number>>;

/** Weights by class, by output name where there are several outputs. */
export type ClassWeight = ClassWeights | Readonly<Record<string, ClassWeights>>;

/** Those of each output, checked; `undefined` for outputs that have none. */
export function classWeightsOf(given: ClassWeight, outputs: readonly string[], single: boolean) {
  if (typeof given !== "object" || given === null) {
    throw new OptionError(explain({ expected: "`classWeight` to be weights by class, { 1: 5 }", got: show(given) }));
  }
  const byOutput = single ? { [outputs[0]!]: given as ClassWeights } : (given as Record<string, ClassWeights>);
  for (const [output, weights] of Object.entries(byOutput)) {
    const owner = single ? "classWeight" : `classWeight.${output}`;
    if (!outputs.includes(output) || typeof weights !== "object" || weights === null) {
      const expected = `\`classWeight\` by output name, ${outputs.join(", ")}, and by class in each`;
      throw new OptionError(explain({ expected, got: typeof weights === "object" ? show(output) : show(given) }));
    }
    for (const [key, weight] of Object.entries(weights)) {
      if (!/^\d+$/.test(key)) {
        throw new OptionError(explain({ expected: `numbers of classes as keys of \`${owner}\``, got: show(key) }));
      }
      requireNumber(`${owner}[${key}]`, weight, "of at least 0", (x) => x >= 0);
    }
  }
  return outputs.map((output) => byOutput[output]);
}

/**
 * The weight of each entry of a target: a row, or a step of a sequence. An entry that has one number is that class; one
 * that has several, one for each class, is the class of the greatest.
 *
 * @param target class numbers [...entries] or [...entries, 1], or one number for each class [...entries, classes]
 */
export function weighClasses({ data }: NumericArray, entries: Shape, weights: ClassWeights): NumericArray {
  const width = data.length / sizeOf(entries);
  const classAt = (entry: number): number => {
    if (width === 1) return Math.round(data[entry]!);
    let best = 0;
    for (let i = 1; i < width; i++) if (data[entry * width + i]! > data[entry * width + best]!) best = i;
    return best;
  };
  const made = Float32Array.from({ length: sizeOf(entries) }, (_, entry) => weights[classAt(entry)] ?? 1);
  return { data: made, shape: entries };
}

/** Both weights at once: [rows], [rows, time] or with further axes each; where one has fewer axes it serves all of them. */
export function timesWeights(a: NumericArray, b: NumericArray): NumericArray {
  const [long, short] = a.data.length >= b.data.length ? [a, b] : [b, a];
  const each = long.data.length / short.data.length;
  return {
    data: Float32Array.from(long.data, (weight, i) => weight * short.data[Math.floor(i / each)]!),
    shape: long.shape,
  };
}
