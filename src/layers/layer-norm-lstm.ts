import { layerNormLstm as cell } from "../cells/layer-norm-lstm.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LayerNormLstmOptions = RecurrentOptions<typeof cell.options>;

/**
 * Long short-term memory with layer normalization (Ba et al. 2016) over [batch, time, features]. Its state is
 * [h, c].
 *
 * @param units size of h and c
 */
export function layerNormLstm<const O extends LayerNormLstmOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
