import { closedFormContinuous as cell } from "../cells/closed-form-continuous.ts";
import type { Layer } from "./layer.ts";
import { type RecurrentOptions, type RecurrentOutput, recurrent } from "./recurrent.ts";

export type ClosedFormContinuousOptions = RecurrentOptions<typeof cell.options>;

/**
 * Closed-form continuous-time cell (Hasani et al. 2022) over [batch, time, features] and the times since the step before,
 * [batch, time, 1]. Its state is
 * [h].
 *
 * @param units size of h
 */
export function closedFormContinuous<const O extends ClosedFormContinuousOptions>(
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return recurrent(cell, units, options);
}
