/** Sequences in the order that a library likes best. */

/** [a, b, …] becomes [b, a, …]. */
function swapFirstAxes({ shape: [outer, inner, ...rest], data }) {
  const size = rest.reduce((product, length) => product * length, 1);
  const swapped = new data.constructor(data.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const from = (i * inner + j) * size;
      swapped.set(data.subarray(from, from + size), (j * outer + i) * size);
    }
  }
  return { shape: [inner, outer, ...rest], data: swapped };
}

export const timeFirst = swapFirstAxes;
export const batchFirst = swapFirstAxes;
