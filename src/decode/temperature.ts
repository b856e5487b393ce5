import { requireNumber } from "../errors.ts";

/** Logits divided by a temperature: below 1 the distribution is sharper, above 1 flatter. */
export function temperature(logits: ArrayLike<number>, value: number): Float64Array {
  requireNumber("temperature", value, "above 0", (x) => x > 0);
  return Float64Array.from(logits, (x) => x / value);
}
