import { peepholeLstm as cell } from "../cells/peephole-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type PeepholeLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Long short-term memory with peepholes (Gers & Schmidhuber 2000) over [batch, time, features]. Its state is
 * [h, c].
 *
 * @param units size of h and c
 */
export function peepholeLstm<const O extends PeepholeLstmOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
