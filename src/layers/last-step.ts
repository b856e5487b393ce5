import { add, equal, iota, max, mul, reshape, select, sum, type Tensor, take } from "../graph/index.ts";
import type { Value } from "./value.ts";

/** The last step that counts, [batch, features] of [batch, time, features]; zeros in a row without one. */
export function lastStep({ tensor, mask }: Value): Tensor {
  if (mask === undefined) return take(tensor, 1, -1);
  const [batch, steps] = mask.shape as [number, number];
  const number = add(iota(steps), 1);
  const last = max(mul(mask, number), { axes: [1], keepDims: true });
  const isLast = mul(mask, equal(last, number));
  return sum(select(reshape(isLast, [batch, steps, 1]), tensor, 0), { axes: [1] });
}
