import type { View } from "./format.ts";

/** Slot, offset, elements per time step, then the strides. */
export function encodeView(view: View, strides: readonly number[] = view.strides): number[] {
  return [view.slot, view.offset, view.timeStride, ...strides];
}
