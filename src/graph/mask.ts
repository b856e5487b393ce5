/** What masks do to tensors: they select, for what they leave out may be NaN. */
import { full } from "./ops/full.ts";
import { reshape } from "./ops/reshape.ts";
import { select } from "./ops/select.ts";
import { toInt } from "./ops/to-int.ts";
import type { Tensor } from "./tensor.ts";

/** A mask [...] with axes of size 1 behind, to broadcast over `x` [..., more axes]. */
export function expandMask(mask: Tensor, x: Tensor): Tensor {
  return reshape(mask, [...mask.shape, ...x.shape.slice(mask.rank).map(() => 1)]);
}

/** `x` where the mask is not 0, and `otherwise` where it is. @param otherwise @default zeros */
export function selectBy(mask: Tensor, x: Tensor, otherwise: Tensor = zerosLike(x)): Tensor {
  return select(expandMask(mask, x), x, otherwise);
}

function zerosLike(x: Tensor): Tensor {
  const zeros = full(x.shape, 0);
  return x.dtype === "int32" ? toInt(zeros) : zeros;
}
