import { convLstm as cell } from "../cells/conv-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type ConvLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Convolutional LSTM (Shi et al. 2015) over [batch, time, rows · columns · channels], with an output of
 * [rows · columns · units] for each step. Its state is [h, c].
 *
 * @param units number of filters
 */
export function convLstm<const O extends ConvLstmOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
