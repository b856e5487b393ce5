/**
 * What losses, metrics, optimizers and schedules stand for by name. Their lists are a file of its own, which loads when a name
 * is first used: a page that hands over `adam()` and `meanSquaredError()` never downloads the others. Whoever imports
 * them all, as Node does with the front door, has them from the start.
 */
import type { Catalogue } from "./catalogue.ts";

let known: Catalogue | undefined;

/** The lists, where they are loaded. */
export function knownCatalogue(): Catalogue | undefined {
  return known;
}

/** The lists are loaded: names can be understood at once from now on. */
export function provideCatalogue(catalogue: Catalogue): void {
  known = catalogue;
}

export async function loadCatalogue(): Promise<Catalogue> {
  known ??= (await import("./catalogue.ts")).catalogue;
  return known;
}
