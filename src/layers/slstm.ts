import { slstm as cell } from "../cells/slstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type SlstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * The scalar memory of xLSTM (Beck et al. 2024) over [batch, time, features]. Its state is
 * [h, c, n, m].
 *
 * @param units size of each part
 */
export function slstm<const O extends SlstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
