/** A state to begin with that training learns, one for all rows, in the place of zeros. */
import type { Option } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, show } from "../errors.ts";
import type { Tensor, Tensors } from "../graph/index.ts";

/** Whether all parts of the state are learned, or which. */
export type LearnedState = boolean | readonly string[];

export const learnedStateOption: Option<LearnedState> = {
  fallback: false,
  check(name, value) {
    const isList = Array.isArray(value) && value.every((part) => typeof part === "string");
    if (typeof value === "boolean" || isList) return;
    const expected = `\`${name}\` to be true, false or a list of parts of the state`;
    throw new OptionError(explain({ expected, got: show(value) }));
  },
};

/** `initialH`, the weight of part h. */
function weightOf(part: string): string {
  return `initial${part.charAt(0).toUpperCase()}${part.slice(1)}`;
}

function partsIn(title: string, learned: LearnedState, sizes: Readonly<Record<string, number>>): readonly string[] {
  const parts = Object.keys(sizes);
  if (typeof learned === "boolean") return learned ? parts : [];
  const lost = learned.find((part) => !parts.includes(part));
  if (lost === undefined) return learned;
  const expected = `\`learnInitialState\` of ${title} to name parts of its state, ${parts.join(" or ")}`;
  throw new OptionError(explain({ expected, got: show(lost) }));
}

/** Weights [size] for the parts that are learned. @param own weights of the cell, whose names are taken */
export function learnedSpecs(
  title: string,
  learned: LearnedState,
  sizes: Readonly<Record<string, number>>,
  own: WeightSpecs,
): WeightSpecs {
  const parts = partsIn(title, learned, sizes);
  const taken = parts.map(weightOf).find((name) => name in own);
  if (taken !== undefined) {
    const expected = `a cell without a weight called ${taken} for \`learnInitialState\``;
    throw new OptionError(explain({ expected, got: title }));
  }
  return Object.fromEntries(parts.map((part) => [weightOf(part), { shape: [sizes[part]!], initializer: "zeros" }]));
}

/** Those weights by part. */
export function learnedIn(
  title: string,
  learned: LearnedState,
  sizes: Readonly<Record<string, number>>,
  weights: Tensors,
): Tensors {
  const entries = partsIn(title, learned, sizes).map((part): [string, Tensor] => [part, weights[weightOf(part)]!]);
  return Object.fromEntries(entries);
}
