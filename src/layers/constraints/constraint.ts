/** What a constraint is: what a weight becomes after each update, so that it keeps a property. One constraint, one file. */
import { add, div, mul, sqrt, square, sum, type Tensor } from "../../graph/index.ts";
import { resolveAxis } from "../../graph/tensor.ts";

/** Numbers by name, with their defaults. */
type Numbers = Readonly<Record<string, number>>;

export interface ConstraintDefinition<O extends Numbers = Numbers> {
  /** @default none */
  readonly options?: O;
  /** The nearest weight that has the property, of the same shape. */
  project(weight: Tensor, options: O): Tensor;
}

export function defineConstraint<O extends Numbers = Record<never, number>>(definition: ConstraintDefinition<O>) {
  return definition as ConstraintDefinition<O> & { readonly options: O };
}

/** Keeps the division defined where a weight is 0; the value of Keras. */
const EPSILON = 1e-7;

/**
 * Gives the vectors along `axis` the length that `wanted` makes of theirs.
 *
 * @param axis 0 for the weights that go into each unit of a matrix [in, out]
 */
export function rescale(weight: Tensor, axis: number, wanted: (norm: Tensor) => Tensor | number): Tensor {
  const axes = [resolveAxis(axis, weight.rank, "a constraint on norms")];
  const norm = sqrt(sum(square(weight), { axes, keepDims: true }));
  return mul(weight, div(wanted(norm), add(norm, EPSILON)));
}
