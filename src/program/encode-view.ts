import type { View } from "./format.ts";

/** Adds slot, offset, elements per time step, then the strides to `words`. */
export function encodeView(words: number[], view: View, strides: readonly number[] = view.strides): void {
  words.push(view.slot, view.offset, view.timeStride);
  for (let axis = 0; axis < strides.length; axis++) words.push(strides[axis]!);
}
