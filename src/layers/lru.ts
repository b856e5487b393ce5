import { lru as cell } from "../cells/lru.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LruOptions = RecurrentOptions<typeof cell.options>;

/**
 * Linear recurrent unit (Orvieto et al. 2023) over [batch, time, features]. Its state is
 * [h, real, imaginary].
 *
 * @param units size of the output and number of complex state variables
 */
export function lru<const O extends LruOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
