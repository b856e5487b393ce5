import { simpleRnn as cell } from "../cells/simple-rnn.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type SimpleRnnOptions = RecurrentOptions<typeof cell.options>;

/**
 * The plain recurrent network (Elman 1990) over [batch, time, features]. Its state is [h].
 *
 * @param units size of h
 */
export function simpleRnn<const O extends SimpleRnnOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
