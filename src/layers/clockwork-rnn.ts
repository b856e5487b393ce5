import { clockworkRnn as cell } from "../cells/clockwork-rnn.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type ClockworkRnnOptions = RecurrentOptions<typeof cell.options>;

/**
 * Clockwork RNN (Koutník et al. 2014) over [batch, time, features]. Its state is
 * [h, steps].
 *
 * @param units size of h
 */
export function clockworkRnn<const O extends ClockworkRnnOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
