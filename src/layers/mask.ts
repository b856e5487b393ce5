import type { Tensor } from "../graph/index.ts";
import { selectBy } from "../graph/mask.ts";
import type { Value } from "./value.ts";

export { expandMask } from "../graph/mask.ts";

/** The tensor of a value with zeros at masked steps, whatever was there. */
export function clean({ tensor, mask }: Value): Tensor {
  return mask ? selectBy(mask, tensor) : tensor;
}
