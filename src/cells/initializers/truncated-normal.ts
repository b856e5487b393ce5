import { normal } from "./random-normal.ts";
import type { RandomStream } from "./random-stream.ts";

/** A standard normal number, drawn again until it is within 2 of 0. */
export function truncated(random: RandomStream): number {
  for (;;) {
    const x = random.normal();
    if (Math.abs(x) < 2) return x;
  }
}

/** Normal, with numbers more than two standard deviations from the mean drawn again. */
export const truncatedNormal = normal(truncated);
