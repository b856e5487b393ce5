/** The size of the largest eigenvalue of a square matrix [size, size], row-major, from how fast its powers grow. */
export function spectralRadius(matrix: Float64Array, size: number): number {
  // Complex eigenvalues make the growth of single steps swing: what counts is the mean over many, without the first ones.
  const [early, steps] = [200, 1000];
  let vector = Float64Array.from({ length: size }, (_, i) => Math.sin(i + 1));
  let growth = 0;
  for (let step = 0; step < early + steps; step++) {
    const next = new Float64Array(size);
    for (let row = 0; row < size; row++) {
      const weight = vector[row]!;
      if (weight === 0) continue;
      for (let column = 0; column < size; column++) next[column]! += weight * matrix[row * size + column]!;
    }
    const norm = Math.hypot(...next);
    if (norm === 0) return 0;
    if (step >= early) growth += Math.log(norm);
    vector = next.map((x) => x / norm);
  }
  return Math.exp(growth / steps);
}
