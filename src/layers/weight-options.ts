/**
 * Options that name a weight: `kernelRegularizer` and `kernelConstraint`, and so for each weight that a layer has. In them
 * `recurrentKernel` is called `recurrent`, as Keras does.
 */
import { explain, OptionError } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { type Constraint, constraintOf } from "./constraints/index.ts";
import { type Regularizer, regularizerOf } from "./regularizers/index.ts";

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
  /** The axis along which that goes, if it goes along one. */
  readonly axis?: number | undefined;
}

/** What an option says. */
export interface WeightOption {
  readonly option: string;
  /** Of which weight, `recurrentKernel`, or `OUTPUTS`. */
  readonly weight: string;
  readonly rule: WeightRules;
}

/** What `activityRegularizer` is about; no weight is called so. */
export const OUTPUTS = "its outputs";

/** Whether an option is one of these. */
export function isWeightOption(name: string): boolean {
  return /^[a-zA-Z]\w*(Regularizer|Constraint)$/.test(name);
}

/** What options say; throws an `OptionError` for one that makes no sense. */
export function weightOptions(options: Readonly<Record<string, unknown>>): readonly WeightOption[] {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return given.map(([option, value]) => {
    const stem = option.replace(/(Regularizer|Constraint)$/, "");
    const weight = { recurrent: "recurrentKernel", activity: OUTPUTS }[stem] ?? stem;
    return { option, weight, rule: option.endsWith("Regularizer") ? regularizing(value) : constraining(value) };
  });
}

type Rule = (x: Tensor, numbers: Readonly<Record<string, number>>) => Tensor;

let loaded: typeof import("./weight-rules.ts") | undefined;
let isAsked = false;

/** Gets what penalties and constraints do, if any layer has one. Call it before layers are traced. */
export async function loadWeightRules(): Promise<void> {
  if (isAsked) loaded ??= await import("./weight-rules.ts");
}

function regularizing(given: unknown): WeightRules {
  const { name, options } = regularizerOf(given);
  isAsked = true;
  return { penalty: (x) => (loaded!.penalties[name] as Rule)(x, options) };
}

function constraining(given: unknown): WeightRules {
  const { name, options } = constraintOf(given);
  isAsked = true;
  return { project: (weight) => (loaded!.projections[name] as Rule)(weight, options), axis: options.axis };
}

/** Throws an `OptionError` when an option names a weight that the layer does not have. */
export function requireWeights(owner: string, options: readonly WeightOption[], names: readonly string[]): void {
  const lost = options.find(({ weight }) => weight !== OUTPUTS && !names.includes(weight));
  if (lost === undefined) return;
  const expected = `\`${lost.option}\` of ${owner} to name one of its weights`;
  throw new OptionError(explain({ expected, got: `weights ${names.join(", ") || "none"}` }));
}
