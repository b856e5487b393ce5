import { echoState as cell } from "../cells/echo-state.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type EchoStateOptions = RecurrentOptions<typeof cell.options>;

/**
 * Echo-state network with a fixed reservoir (Jaeger 2001) over [batch, time, features]. Its state is
 * [h].
 *
 * @param units size of the reservoir
 */
export function echoState<const O extends EchoStateOptions>(units: number, options?: O): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
