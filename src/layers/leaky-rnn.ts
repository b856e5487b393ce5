import { leakyRnn as cell } from "../cells/leaky-rnn.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LeakyRnnOptions = RecurrentOptions<typeof cell.options>;

/**
 * Leaky network of firing rates, perhaps with Dale's law and noise (Song et al. 2016), over [batch, time, features]. Its state is
 * [h, v].
 *
 * @param units number of units
 */
export function leakyRnn<const O extends LeakyRnnOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
