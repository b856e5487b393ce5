import { full, reshape, select, type Tensor, toInt } from "../graph/index.ts";
import type { Value } from "./value.ts";

/** A mask [batch, time] with axes of size 1 behind, to broadcast over `x` [batch, time, ...]. */
export function expandMask(mask: Tensor, x: Tensor): Tensor {
  return reshape(mask, [...mask.shape, ...x.shape.slice(mask.rank).map(() => 1)]);
}

/** The tensor of a value with zeros at masked steps, whatever was there. */
export function clean({ tensor, mask }: Value): Tensor {
  if (mask === undefined) return tensor;
  const zeros = tensor.dtype === "int32" ? toInt(full(tensor.shape, 0)) : 0;
  return select(expandMask(mask, tensor), tensor, zeros);
}
