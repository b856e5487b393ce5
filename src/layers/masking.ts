import { number } from "../cells/option.ts";
import { equal, isMissing, max, mul, sub } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";
import type { Value } from "./value.ts";

/** The input's mask without the steps in which every feature is `maskValue`. */
function maskOf({ tensor, mask }: Value, maskValue: number) {
  const padding = Number.isNaN(maskValue) ? isMissing(tensor) : equal(tensor, maskValue);
  const features = tensor.shape.map((_, axis) => axis).slice(2);
  const counts = max(sub(1, padding), { axes: features });
  return mask === undefined ? counts : mul(mask, counts);
}

export const maskingKind = defineLayer({
  kind: "masking",
  required: {},
  options: {
    /** A step counts unless all its features have this value; NaN is allowed. @default 0 */
    maskValue: number(0),
  },
  expects: "[batch, time, features]",
  output: (input) => (input.shape.length >= 2 && input.dtype === "float32" ? input : undefined),
  mask: (input, { maskValue }) => maskOf(input, maskValue),
  padding: ({ maskValue }) => maskValue,
  call: (input, _weights, { maskValue }) => clean({ tensor: input.tensor, mask: maskOf(input, maskValue) }),
});

/**
 * Masks the steps in which every feature is `maskValue`: recurrent layers pass over them, and loss and metrics leave them
 * out. Masked steps become zeros.
 */
export function masking(options: LayerOptions<typeof maskingKind> = {}): Layer {
  return maskingKind.create(options);
}
