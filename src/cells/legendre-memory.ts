/**
 * The memory of a Legendre memory unit: θ m' = A m + B u is the best approximation of the last θ steps of u by a
 * polynomial of a given order (a Padé approximation of a delay; Voelker & Eliasmith 2018). Its matrices are made discrete
 * by holding u for a step: m ← e^(A/θ) m + A⁻¹ (e^(A/θ) − 1) B u.
 */

/** Matrices as lists of rows. */
type Matrix = readonly (readonly number[])[];

export interface Memory {
  /** [order, order], for a row vector: m ← m · transition + u · input. */
  readonly transition: Matrix;
  /** [order] */
  readonly input: readonly number[];
}

export function legendreMemory(order: number, theta: number): Memory {
  // Both come from one exponential: e^[[A, B], [0, 0]] = [[e^A, A⁻¹ (e^A − 1) B], [0, 1]].
  const joined = Array.from({ length: order + 1 }, (_, i) =>
    Array.from({ length: order + 1 }, (_, j) => {
      if (i === order) return 0;
      const sign = j === order ? (-1) ** i : i < j ? -1 : (-1) ** (i - j + 1);
      return ((2 * i + 1) * sign) / theta;
    }),
  );
  const held = exponential(joined);
  return {
    transition: Array.from({ length: order }, (_, i) => Array.from({ length: order }, (_, j) => held[j]![i]!)),
    input: Array.from({ length: order }, (_, i) => held[i]![order]!),
  };
}

/** e^M: the series of a matrix halved until it is small, squared as often. */
function exponential(matrix: Matrix): Matrix {
  const norm = Math.max(...matrix.map((row) => row.reduce((sum, x) => sum + Math.abs(x), 0)));
  const halvings = Math.max(0, Math.ceil(Math.log2(norm)) + 3);
  const small = matrix.map((row) => row.map((x) => x / 2 ** halvings));
  let term: Matrix = matrix.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  let sum = term;
  // The norm is at most 1/8: after 14 terms what is left is below 1e-24.
  for (let n = 1; n <= 14; n++) {
    term = product(term, small).map((row) => row.map((x) => x / n));
    const next = term;
    sum = sum.map((row, i) => row.map((x, j) => x + next[i]![j]!));
  }
  for (let i = 0; i < halvings; i++) sum = product(sum, sum);
  return sum;
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)));
}
