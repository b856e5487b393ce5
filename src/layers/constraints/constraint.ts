/** What a constraint is: what a weight becomes after each update, so that it keeps a property. One constraint, one file. */
import { add, div, mul, sqrt, square, sum, type Tensor } from "../../graph/index.ts";
import type { ConstraintName, ConstraintNumbers } from "./index.ts";

/** The nearest weight that has the property, of the same shape. */
export type Projection<N extends ConstraintName> = (weight: Tensor, numbers: ConstraintNumbers<N>) => Tensor;

/** Keeps the division defined where a weight is 0; the value of Keras. */
const EPSILON = 1e-7;

/**
 * Gives the vectors along `axis` the length that `wanted` makes of theirs.
 *
 * @param axis 0 for the weights that go into each unit of a matrix [in, out]
 */
export function rescale(weight: Tensor, axis: number, wanted: (norm: Tensor) => Tensor | number): Tensor {
  const norm = sqrt(sum(square(weight), { axes: [axis], keepDims: true }));
  return mul(weight, div(wanted(norm), add(norm, EPSILON)));
}
