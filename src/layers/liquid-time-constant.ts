import { liquidTimeConstant as cell } from "../cells/liquid-time-constant.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type LiquidTimeConstantOptions = RecurrentOptions<typeof cell.options>;

/**
 * Liquid time-constant network (Hasani et al. 2021) over [batch, time, features] and the times since the step before,
 * [batch, time, 1]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function liquidTimeConstant<const O extends LiquidTimeConstantOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
