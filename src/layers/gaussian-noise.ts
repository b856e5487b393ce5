import { type Option, option } from "../cells/option.ts";
import { requireNumber } from "../errors.ts";
import { add, mul } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { normal } from "./normal.ts";

const deviation: Option<number> = {
  ...option.number(),
  check: (name, value) => requireNumber(name, value, "of at least 0", (x) => x >= 0),
};

export const gaussianNoiseKind = defineLayer({
  kind: "gaussianNoise",
  required: { stddev: deviation },
  options: {},
  expects: "of dtype float32",
  output: (input) => (input.dtype === "float32" ? input : undefined),
  call: ({ tensor }, _weights, { stddev }, trace) =>
    trace.training && stddev > 0 ? add(tensor, mul(stddev, normal(trace, tensor.shape))) : tensor,
});

/**
 * While training, adds normal numbers with mean 0. A mask goes on.
 *
 * @param stddev their standard deviation, at least 0
 */
export function gaussianNoise(stddev: number, options: LayerOptions<typeof gaussianNoiseKind> = {}): Layer {
  return gaussianNoiseKind.create({ stddev, ...options });
}
