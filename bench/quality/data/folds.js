/** Folds with the same share of positive rows, and what is made of the rows of a fold. */
import { random } from "../driver/random.js";

/** @returns for each fold the rows for training, validation (a tenth of the rest) and test */
export function stratifiedFolds(labels, count, seed) {
  const source = random(seed, 77);
  const parts = Array.from({ length: count }, () => []);
  for (const wanted of [0, 1]) {
    const rows = source.shuffled([...labels.keys()].filter((row) => labels[row] === wanted));
    for (const [i, row] of rows.entries()) parts[i % count].push(row);
  }
  return parts.map((test, fold) => {
    const rest = source.shuffled(parts.flatMap((part, i) => (i === fold ? [] : part)));
    const held = Math.round(rest.length / 10);
    return { train: rest.slice(held), validation: rest.slice(0, held), test };
  });
}

/** Mean and standard deviation of each column of rows of numbers, NaN left out. */
export function momentsOf(rows, width) {
  const [count, sum, squares] = [0, 1, 2].map(() => new Float64Array(width));
  for (const row of rows) {
    for (const [i, value] of row.entries()) {
      if (Number.isNaN(value)) continue;
      count[i % width] += 1;
      sum[i % width] += value;
      squares[i % width] += value * value;
    }
  }
  return Array.from(count, (n, i) => {
    const mean = n === 0 ? 0 : sum[i] / n;
    const deviation = n === 0 ? 1 : Math.sqrt(Math.max(squares[i] / n - mean * mean, 0));
    return { mean, deviation: deviation > 1e-9 ? deviation : 1 };
  });
}

/** Rows less the mean, divided by the deviation of their column; NaN stays. */
export function standardized(rows, moments) {
  return rows.map((row) =>
    Float32Array.from(
      row,
      (value, i) => (value - moments[i % moments.length].mean) / moments[i % moments.length].deviation,
    ),
  );
}

/** The area under the ROC curve: how often a positive row has the higher score; equal scores count half. */
export function areaUnderCurve(scores, labels) {
  const order = [...scores.keys()].sort((a, b) => scores[a] - scores[b]);
  const positives = labels.reduce((sum, label) => sum + label, 0);
  let ranks = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end += 1;
    for (let i = start; i < end; i++) if (labels[order[i]] === 1) ranks += (start + 1 + end) / 2;
    start = end;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}
