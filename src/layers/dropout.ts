import { rate as rateOption } from "../cells/option.ts";
import { mul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Layer } from "./layer.ts";

export const dropoutKind = defineLayer({
  kind: "dropout",
  required: { rate: rateOption() },
  options: {},
  expects: "of dtype float32",
  output: (input) => (input.dtype === "float32" ? input : undefined),
  call: ({ tensor }, _weights, { rate }, trace) =>
    trace.training && rate > 0 ? mul(tensor, dropoutMask(trace, tensor.shape, rate)) : tensor,
});

/**
 * While training, sets a share of the values to 0 and scales the others up, so that the mean stays (Srivastava et al.
 * 2014). A mask goes on.
 *
 * @param rate share to drop, at least 0 and below 1
 */
export function dropout(rate: number, options: LayerOptions<typeof dropoutKind> = {}): Layer {
  return dropoutKind.create({ rate, ...options });
}
