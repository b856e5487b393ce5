/** Sequences of unequal lengths as one array, [rows, time, features], with NaN after the end of each. */
export function padded(sequences, features, time = Math.max(...sequences.map(({ length }) => length))) {
  const data = new Float32Array(sequences.length * time * features).fill(Number.NaN);
  for (const [row, steps] of sequences.entries()) {
    for (const [t, values] of steps.entries()) data.set(values, (row * time + t) * features);
  }
  return { data, shape: [sequences.length, time, features] };
}

/** Some rows of an array. */
export function rowsOf({ data, shape }, rows) {
  const width = data.length / shape[0];
  const taken = new data.constructor(rows.length * width);
  for (const [i, row] of rows.entries()) taken.set(data.subarray(row * width, (row + 1) * width), i * width);
  return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}
