/** What is compiled as one program and run by one call. */
import type { Tensor } from "./tensor.ts";

export interface Computation {
  /** Tensors made by `input`, in the order in which a run gets their numbers. */
  readonly inputs: readonly Tensor[];
  /** What a run returns. */
  readonly outputs: readonly Tensor[];
  /** New numbers for variables, written when everything else is done: every other use sees the old ones. */
  readonly updates: readonly { readonly variable: Tensor; readonly value: Tensor }[];
}
