import { lstm as cell } from "../cells/lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) over [batch, time, features]. Its state is [h, c].
 *
 * @param units size of h and c
 */
export function lstm<const O extends LstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
