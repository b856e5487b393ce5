/** What the cell of a recurrent layer gets at each step beside x, by name and size. */
import type { StepSizes } from "../cells/cell.ts";
import { explain, ShapeError } from "../errors.ts";
import { fits, showType, type ValueType } from "./value.ts";

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

/** What a layer wants beside x, for steps of so many features. */
export interface Wanted {
  furtherFor(inputSize: number): Sizes;
  constantsFor(inputSize: number): Constants;
}

/** Those that the options do not switch off. */
export function present(sizes: StepSizes): Sizes {
  return Object.entries(sizes).flatMap(([name, size]) => (size === undefined ? [] : [[name, size] as const]));
}

/**
 * What inputs of these types hold for a layer: what its cell wants at each step beside x in tensors of their own, or in the
 * last features of x, and constants in tensors of their own. Throws a `ShapeError` that says what they should be.
 */
export function shareOf(
  title: string,
  [x, ...given]: readonly ValueType[],
  wanted: Wanted,
  fromFeatures: boolean,
): Share {
  const furtherFor = (inputSize: number) => wanted.furtherFor(inputSize);
  const got = [x!, ...given].map(showType).join(" and ");
  const isFloat = ({ dtype }: ValueType) => dtype === "float32";
  const features = x?.shape[1];
  if (x?.shape.length !== 2 || !isFloat(x) || typeof features !== "number") {
    const remedy = "a recurrent layer before it needs returnSequences: true";
    throw new ShapeError(explain({ expected: `input [batch, time, features] for ${title}`, got, remedy }));
  }
  const show = (further: Sizes) => further.map(([name, size]) => `${name} [batch, time, ${size}]`);
  const showConstants = (constants: Constants) =>
    constants.map(([name, shape]) => `${name} [${["batch", ...shape.map((size) => size ?? "any")].join(", ")}]`);
  const holds = (constants: Constants, types: readonly ValueType[]) =>
    constants.length === types.length &&
    constants.every(([, shape], i) => isFloat(types[i]!) && fits(types[i]!.shape, shape));
  if (fromFeatures) {
    const share = shareFeatures(features, furtherFor);
    const constants = share ? wanted.constantsFor(share.inputSize) : [];
    if (share !== undefined && share.further.length > 0 && holds(constants, given)) return { ...share, constants };
    const last = show(furtherFor(1)).join(" and then ");
    const remedy = last === "" ? "its cell gets nothing beside x: leave inputsFromFeatures out" : undefined;
    const expected = `the features of x and then ${last || "those of further inputs"} in one input of ${title}`;
    throw new ShapeError(explain({ expected, got, ...(remedy && { remedy }) }));
  }
  const further = furtherFor(features);
  const constants = wanted.constantsFor(features);
  const fitSteps = further.every(([, size], i) => {
    const type = given[i];
    return type !== undefined && isFloat(type) && type.shape.length <= 2 && type.shape.at(-1) === size;
  });
  if (fitSteps && holds(constants, given.slice(further.length))) return { inputSize: features, further, constants };
  const all = ["[batch, time, features]", ...show(further), ...showConstants(constants)];
  const expected = `input ${all.join(" and ")} for ${title}`;
  const asFeatures = ", or say inputsFromFeatures: true where x brings them as its last features";
  const remedy = `apply it to a list of them${further.length > 0 ? asFeatures : ""}`;
  throw new ShapeError(explain({ expected, got, ...(all.length > 1 && { remedy }) }));
}

function shareFeatures(features: number, furtherFor: Wanted["furtherFor"]): Omit<Share, "constants"> | undefined {
  for (let inputSize = features; inputSize >= 1; inputSize--) {
    const further = furtherFor(inputSize);
    const total = further.reduce((sum, [, size]) => sum + size, inputSize);
    if (total === features) return { inputSize, further };
  }
  return undefined;
}
