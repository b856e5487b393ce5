import { defineInitializer, positive, requireMatrix } from "./initializer.ts";

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
  options: { maxAngle: Math.PI, gain: 1 },
  check: positive("maxAngle"),
  generate(shape, random, { maxAngle, gain }) {
    const expected = "a square matrix for the rotation initializer, or several side by side";
    const [rows, columns] = requireMatrix(shape, expected, (height, width) => width % height === 0);
    const numbers = new Float64Array(rows * columns);
    for (let column = 0; column < columns; column++) {
      const unit = column % rows;
      const own = unit * columns + column;
      if (unit % 2 === 1) continue;
      if (unit + 1 === rows) {
        numbers[own] = gain;
        continue;
      }
      const angle = maxAngle * (2 * random.uniform() - 1);
      const other = own + columns;
      numbers[own] = numbers[other + 1] = gain * Math.cos(angle);
      numbers[own + 1] = gain * Math.sin(angle);
      numbers[other] = -numbers[own + 1]!;
    }
    return numbers;
  },
});
