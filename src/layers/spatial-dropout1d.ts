import { rate as rateOption } from "../cells/option.ts";
import { mul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Layer } from "./layer.ts";

export const spatialDropout1dKind = defineLayer({
  kind: "spatialDropout1d",
  required: { rate: rateOption() },
  options: {},
  expects: "[batch, time, features]",
  output: (input) => (input.shape.length === 2 && input.dtype === "float32" ? input : undefined),
  call({ tensor }, _weights, { rate }, trace) {
    const [batch, , features] = tensor.shape as [number, number, number];
    return trace.training && rate > 0 ? mul(tensor, dropoutMask(trace, [batch, 1, features], rate)) : tensor;
  },
});

/**
 * While training, sets a share of the features to 0 at all steps of a row and scales the others up, so that the mean stays
 * (Tompson et al. 2015). A mask goes on.
 *
 * @param rate share to drop, at least 0 and below 1
 */
export function spatialDropout1d(rate: number, options: LayerOptions<typeof spatialDropout1dKind> = {}): Layer {
  return spatialDropout1dKind.create({ rate, ...options });
}
