/** Whether contestants did the same work: the losses of their first updates, or their outputs. */
import { median } from "./statistics.js";

/** Relative, of losses; absolute as a share of the largest output, of outputs. */
const TOLERANCE = 1e-4;

/**
 * Compares each contestant's numbers with the median of all, place by place.
 *
 * @param results lists of numbers; a contestant that was too slow for all steps has fewer
 * @returns for each the largest difference, and whether that is too large
 */
export function compare(results) {
  const places = Math.max(0, ...results.map(({ length }) => length));
  const middle = Array.from({ length: places }, (_, place) =>
    median(results.filter(({ length }) => length > place).map((numbers) => numbers[place])),
  );
  const largest = middle.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
  return results.map((numbers) => {
    const differences = numbers.map((value, place) => Math.abs(value - middle[place]) / largest);
    const difference = differences.reduce((most, value) => (value > most || Number.isNaN(value) ? value : most), 0);
    return { difference, agrees: difference <= TOLERANCE };
  });
}
