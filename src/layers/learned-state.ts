/** A state to begin with that training learns, one for all rows, in the place of zeros. */
import type { Option } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, show } from "../errors.ts";

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

/** A part of the state that is learned, and its weight [size]: `initialH` for part h. */
export interface LearnedPart {
  readonly part: string;
  readonly name: string;
  readonly size: number;
}

/** Those that are learned; throws an `OptionError` for one that the state does not have. */
export function learnedParts(
  title: string,
  learned: LearnedState,
  sizes: Readonly<Record<string, number>>,
): readonly LearnedPart[] {
  const all = Object.keys(sizes);
  const parts = learned === true ? all : learned || [];
  const lost = parts.find((part) => !all.includes(part));
  if (lost !== undefined) {
    const expected = `\`learnInitialState\` of ${title} to name parts of its state, ${all.join(" or ")}`;
    throw new OptionError(explain({ expected, got: show(lost) }));
  }
  return parts.map((part) => {
    return { part, name: `initial${part.charAt(0).toUpperCase()}${part.slice(1)}`, size: sizes[part]! };
  });
}

/** Their weights. @param own weights of the cell, whose names are taken */
export function learnedSpecs(title: string, parts: readonly LearnedPart[], own: WeightSpecs): WeightSpecs {
  const taken = parts.find(({ name }) => name in own);
  if (taken !== undefined) {
    const expected = `a cell without a weight called ${taken.name} for \`learnInitialState\``;
    throw new OptionError(explain({ expected, got: title }));
  }
  return Object.fromEntries(parts.map(({ name, size }) => [name, { shape: [size], initializer: "zeros" }]));
}
