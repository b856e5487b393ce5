/** What the cell of a recurrent layer gets at each step beside x, by name and size. */
import type { StepSizes } from "../cells/cell.ts";
import type { ShapeError } from "../errors.ts";
import { fits, showShape, type ValueType } from "./value.ts";

/** Names and sizes, in order. */
export type Sizes = readonly (readonly [name: string, size: number])[];

/** Names and shapes of what a step gets whole, in order. */
export type Constants = readonly (readonly [name: string, shape: readonly (number | null)[]])[];

/** What a layer gets: features of x itself, further inputs, and constants after them. */
export interface Share {
  readonly inputSize: number;
  readonly further: Sizes;
  readonly constants: Constants;
}

/** A layer that wants something beside x, for steps of so many features of x. */
export interface Wanting {
  readonly settings: { readonly inputsFromFeatures: boolean };
  furtherFor(inputSize: number): Sizes;
  constantsFor(inputSize: number): Constants;
  misfit(wanted: string, inputs: readonly ValueType[], remedy?: string): ShapeError;
}

/** Those that the options do not switch off. */
export function present(sizes: StepSizes): Sizes {
  return Object.entries(sizes).flatMap(([name, size]) => (size === undefined ? [] : [[name, size] as const]));
}

/**
 * What inputs of these types hold for a layer: what its cell wants at each step beside x in tensors of their own, or in the
 * last features of x, and constants in tensors of their own. Throws a `ShapeError` that says what they should be.
 */
export function shareOf(layer: Wanting, inputs: readonly ValueType[]): Share {
  const fromFeatures = layer.settings.inputsFromFeatures;
  const [x, ...given] = inputs;
  const features = x?.shape[1];
  if (x?.shape.length !== 2 || !isFloat(x) || typeof features !== "number") {
    throw layer.misfit("[batch, time, features]", inputs, "a recurrent layer before it needs returnSequences: true");
  }
  let inputSize = features;
  const isShort = () => layer.furtherFor(inputSize).reduce((sum, [, size]) => sum + size, inputSize) !== features;
  if (fromFeatures) while (inputSize > 1 && isShort()) inputSize--;
  const further = layer.furtherFor(inputSize);
  const constants = layer.constantsFor(inputSize);
  const beside = fromFeatures ? [] : further;
  const fitsAt = (type: ValueType, i: number) => {
    const { shape } = type;
    const constant = constants[i - beside.length];
    const own = beside[i];
    return isFloat(type) && (own ? shape.length <= 2 && shape.at(-1) === own[1] : fits(shape, constant![1]));
  };
  const isApart = given.length === beside.length + constants.length && given.every(fitsAt);
  if (isApart && !(fromFeatures && (further.length === 0 || isShort()))) return { inputSize, further, constants };

  const last = fromFeatures ? further.map(([name, size]) => ` and ${size} of ${name}`) : [];
  const all = [
    `[batch, time, features${last.join("")}]`,
    ...beside.map(([name, size]) => `${name} [batch, time, ${size}]`),
    ...constants.map(([name, shape]) => `${name} ${showShape(shape)}`),
  ];
  const asFeatures =
    beside.length > 0 ? ", or say inputsFromFeatures: true where x brings them as its last features" : "";
  const listed = all.length > 1 && `apply it to a list of them${asFeatures}`;
  const gone = fromFeatures && further.length === 0 && "its cell gets nothing beside x, leave inputsFromFeatures out";
  throw layer.misfit(all.join(" and "), inputs, gone || listed || undefined);
}

const isFloat = ({ dtype }: ValueType) => dtype === "float32";
