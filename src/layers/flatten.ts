import { reshape } from "../graph/index.ts";
import { sizeOf } from "../graph/tensor.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean } from "./mask.ts";

export const flattenKind = defineLayer({
  kind: "flatten",
  required: {},
  options: {},
  expects: "with a fixed number of time steps, float32",
  output: ({ shape, dtype }) => {
    const sizes = shape.filter((size) => size !== null);
    return sizes.length === shape.length && dtype === "float32" ? { shape: [sizeOf(sizes)], dtype } : undefined;
  },
  mask: () => undefined,
  call: (input) => reshape(clean(input), [input.tensor.shape[0]!, -1]),
});

/** All axes but the batch in one. Masked steps become zeros, and the mask ends here. */
export function flatten(options: LayerOptions<typeof flattenKind> = {}): Layer {
  return flattenKind.create(options);
}
