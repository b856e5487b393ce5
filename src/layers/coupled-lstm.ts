import { coupledLstm as cell } from "../cells/coupled-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type CoupledLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Long short-term memory with one gate for input and forgetting (Greff et al. 2017) over [batch, time, features]. Its state is
 * [h, c].
 *
 * @param units size of h and c
 */
export function coupledLstm<const O extends CoupledLstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
