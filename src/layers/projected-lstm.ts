import { projectedLstm as cell } from "../cells/projected-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type ProjectedLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Long short-term memory with a projected output (Sak et al. 2014) over [batch, time, features]. Its state is
 * [h, c].
 *
 * @param units size of c; h and the output have `projectionSize`
 */
export function projectedLstm<const O extends ProjectedLstmOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
