/**
 * Options that name a weight: `kernelRegularizer` and `kernelConstraint`, and so for each weight that a layer has. In them
 * `recurrentKernel` is called `recurrent`, as Keras does.
 */
import { explain, OptionError } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { type Constraint, projectionOf } from "./constraints/index.ts";
import { penaltyOf, type Regularizer } from "./regularizers/index.ts";

type Stem<Name extends string> = Name extends "recurrentKernel" ? "recurrent" : Name;

/** Penalties and constraints for weights of these names. */
export type WeightOptions<Names extends string> = {
  /** A penalty on the weight, added to the loss. @default none */
  readonly [Name in Names as `${Stem<Name>}Regularizer`]?: Regularizer;
} & {
  /** What the weight becomes after each update. @default as it is */
  readonly [Name in Names as `${Stem<Name>}Constraint`]?: Constraint;
};

/** What training does with a weight besides following its gradient. */
export interface WeightRules {
  /** A penalty on it, as a scalar. */
  readonly penalty?: (weight: Tensor) => Tensor;
  /** What it becomes after each update. */
  readonly project?: (weight: Tensor) => Tensor;
}

/** Whether an option is one of these. */
export function isWeightOption(name: string): boolean {
  return /^[a-zA-Z]\w*(Regularizer|Constraint)$/.test(name) && name !== "activityRegularizer";
}

/** Makes the rules of each weight; throws an `OptionError` for an option that makes no sense. */
export function weightRules(options: Readonly<Record<string, unknown>>): ReadonlyMap<string, WeightRules> {
  const rules = new Map<string, WeightRules>();
  for (const [option, given] of Object.entries(options)) {
    const name = weightOf(option);
    const rule = option.endsWith("Regularizer")
      ? { penalty: penaltyOf(given as Regularizer) }
      : { project: projectionOf(given as Constraint) };
    rules.set(name, { ...rules.get(name), ...rule });
  }
  return rules;
}

/** Throws an `OptionError` when an option names a weight that the layer does not have. */
export function requireWeights(owner: string, options: object, names: readonly string[]): void {
  const lost = Object.keys(options).find((option) => !names.includes(weightOf(option)));
  if (lost === undefined) return;
  const expected = `\`${lost}\` of ${owner} to name one of its weights`;
  throw new OptionError(explain({ expected, got: `weights ${names.length === 0 ? "none" : names.join(", ")}` }));
}

function weightOf(option: string): string {
  const stem = option.replace(/(Regularizer|Constraint)$/, "");
  return stem === "recurrent" ? "recurrentKernel" : stem;
}
