import { sizeOf } from "../../graph/tensor.ts";
import { defineInitializer, draw } from "./initializer.ts";

/**
 * A random matrix with orthonormal rows, or columns where there are fewer of them, times `gain` (Saxe et al. 2014).
 * Leading axes are folded into the rows. Gradients through many steps of such a matrix neither vanish nor explode.
 */
export const orthogonal = defineInitializer({
  options: { gain: 1 },
  generate(shape, random, { gain }) {
    const columns = shape.at(-1) ?? 1;
    const rows = sizeOf(shape) / columns;
    const isWide = rows < columns;
    const basis = orthonormalBasis(
      draw(shape, () => random.normal()),
      isWide ? columns : rows,
    );
    // The vectors of the basis are the rows, or the columns.
    return basis.map((own, i) => gain * (isWide ? own : basis[Math.floor(i / columns) + (i % columns) * rows]!));
  },
});

/**
 * Makes vectors of `length` numbers orthonormal in place, each made orthogonal to those before it (modified Gram-Schmidt).
 * Of normally distributed vectors this gives a uniformly distributed basis.
 */
function orthonormalBasis(vectors: Float64Array, length: number): Float64Array {
  for (let own = 0; own < vectors.length; own += length) {
    const end = own + length;
    for (let other = 0; other < own; other += length) subtractProjection(vectors, own, end, other);
    let square = 0;
    for (let k = own; k < end; k++) square += vectors[k]! * vectors[k]!;
    const norm = Math.sqrt(square);
    for (let k = own; k < end; k++) vectors[k]! /= norm;
  }
  return vectors;
}

/** Makes the vector from `own` to `end` orthogonal to the one at `other`; a function of its own gets warm soon. */
function subtractProjection(vectors: Float64Array, own: number, end: number, other: number): void {
  const apart = other - own;
  let overlap = 0;
  for (let k = own; k < end; k++) overlap += vectors[k]! * vectors[k + apart]!;
  for (let k = own; k < end; k++) vectors[k]! -= overlap * vectors[k + apart]!;
}
