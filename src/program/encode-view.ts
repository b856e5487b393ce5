import type { View } from "./format.ts";

/** Adds slot, offset, elements per time step, then the strides to `words`. */
export function encodeView(words: number[], view: View, strides: readonly number[] = view.strides): void {
  words.push(view.slot, view.offset, view.timeStride);
  for (let axis = 0; axis < strides.length; axis++) words.push(strides[axis]!);
}

/** The same with one stride, or what stands in the place of a view that there is not. */
export function encodeOptional(words: number[], view: View | undefined): void {
  if (view) encodeView(words, view);
  else words.push(0, 0, 0, 0);
}
