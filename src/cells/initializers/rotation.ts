import { explain, ShapeError } from "../../errors.ts";
import { showShape } from "../../graph/tensor.ts";
import { defineInitializer, requireSpread } from "./initializer.ts";

/**
 * Turns pairs of units by angles that are drawn evenly from ±`maxAngle`: a real orthogonal matrix, which is a diagonal
 * unitary one whose complex units are the pairs, and the exponential of a skew-symmetric matrix (Henaff, Szlam & LeCun 2016,
 * Recurrent orthogonal networks and long-memory tasks; Lezcano-Casado & Martínez-Rubio 2019). All eigenvalues are e^(±iθ)
 * with the angles drawn, where those of `orthogonal` repel each other; times `gain`. The last of an odd number of units
 * stays as it is.
 *
 * For kernels of a state, [units, units], or several such blocks side by side, each with angles of its own.
 */
export const rotation = defineInitializer({
  name: "rotation",
  options: { maxAngle: Math.PI, gain: 1 },
  check: ({ maxAngle }) => requireSpread("maxAngle", maxAngle),
  generate(shape, random, { maxAngle, gain }) {
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2 || columns % rows !== 0) {
      const expected = "a square matrix for the rotation initializer, or several side by side";
      throw new ShapeError(explain({ expected, got: showShape(shape) }));
    }
    const numbers = new Float64Array(rows * columns);
    for (let block = 0; block < columns; block += rows) {
      const set = (row: number, column: number, value: number) => {
        numbers[row * columns + block + column] = gain * value;
      };
      for (let unit = 0; unit + 1 < rows; unit += 2) {
        const angle = maxAngle * (2 * random.uniform() - 1);
        set(unit, unit, Math.cos(angle));
        set(unit, unit + 1, Math.sin(angle));
        set(unit + 1, unit, -Math.sin(angle));
        set(unit + 1, unit + 1, Math.cos(angle));
      }
      if (rows % 2 === 1) set(rows - 1, rows - 1, 1);
    }
    return numbers;
  },
});
