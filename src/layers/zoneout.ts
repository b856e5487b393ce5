/** The option for zoneout; `zoning-out.ts` does it. */
import { type Option, rate } from "../cells/option.ts";

/** One rate for the part of the state that is the output, or rates by part: `{ h: 0.05, c: 0.5 }`. */
export type Zoneout = number | Readonly<Record<string, number>>;

/** A rate, or rates by part of the state. */
export const zoneoutOption: Option<Zoneout> = {
  fallback: 0,
  check(name, value) {
    if (typeof value !== "object" || value === null) return rate().check(name, value);
    for (const [part, share] of Object.entries(value)) rate().check(`${part} in ${name}`, share);
  },
};
