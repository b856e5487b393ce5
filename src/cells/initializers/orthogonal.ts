import { sizeOf } from "../../graph/tensor.ts";
import { defineInitializer, draw } from "./initializer.ts";

/**
 * A random matrix with orthonormal rows, or columns where there are fewer of them, times `gain` (Saxe et al. 2014).
 * Leading axes are folded into the rows. Gradients through many steps of such a matrix neither vanish nor explode.
 */
export const orthogonal = defineInitializer({
  name: "orthogonal",
  options: { gain: 1 },
  generate(shape, random, { gain }) {
    const columns = shape.at(-1) ?? 1;
    const rows = sizeOf(shape) / columns;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const basis = orthonormalBasis(
      draw([count, length], () => random.normal()),
      count,
      length,
    );
    // The vectors of the basis are the rows, or the columns.
    const [byRow, byColumn] = rows < columns ? [length, 1] : [1, length];
    const numbers = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        numbers[row * columns + column] = gain * basis[row * byRow + column * byColumn]!;
      }
    }
    return numbers;
  },
});

/**
 * Makes `count` vectors of `length` numbers orthonormal in place, each made orthogonal to those before it (modified
 * Gram-Schmidt). Of normally distributed vectors this gives a uniformly distributed basis.
 */
function orthonormalBasis(vectors: Float64Array, count: number, length: number): Float64Array {
  for (let i = 0; i < count; i++) {
    const own = vectors.subarray(i * length, (i + 1) * length);
    for (let j = 0; j < i; j++) {
      const other = vectors.subarray(j * length, (j + 1) * length);
      let overlap = 0;
      for (let k = 0; k < length; k++) overlap += own[k]! * other[k]!;
      for (let k = 0; k < length; k++) own[k]! -= overlap * other[k]!;
    }
    const norm = Math.sqrt(own.reduce((sum, x) => sum + x * x, 0));
    for (let k = 0; k < length; k++) own[k]! /= norm;
  }
  return vectors;
}
