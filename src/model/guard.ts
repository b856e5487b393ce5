/** Updates that are not made where they would spoil a model. It loads where a callback asks for it. */
import { abs, lessEqual, mul, select, sum, type Tensor } from "../graph/index.ts";
import type { ModelComputation } from "./computations.ts";

/** Nothing changes where the loss or a parameter would not be finite; whether they are is the last result. */
export function guarded(update: ModelComputation): ModelComputation {
  const { outputs, updates } = update;
  const allFinite = areFinite([outputs[0]!, ...updates.map(({ value }) => value)]);
  return {
    ...update,
    outputs: [...outputs, allFinite],
    updates: updates.map(({ variable, value }) => ({ variable, value: select(allFinite, value, variable) })),
  };
}

/** 1 where all numbers of all tensors are finite, else 0: no float32 is larger than this. */
function areFinite(tensors: readonly Tensor[]): Tensor {
  return tensors.map((x) => lessEqual(abs(sum(x)), 3.4028234e38)).reduce((all, one) => mul(all, one));
}
