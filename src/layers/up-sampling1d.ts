import { integer } from "../cells/option.ts";
import { broadcastTo, reshape, type Tensor } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";

/** Each entry of axis 1 `size` times, one after the other. */
function repeat(x: Tensor, size: number): Tensor {
  const [batch, steps, ...rest] = x.shape as [number, number, ...number[]];
  const wide = broadcastTo(reshape(x, [batch, steps, 1, ...rest]), [batch, steps, size, ...rest]);
  return reshape(wide, [batch, steps * size, ...rest]);
}

export const upSampling1dKind = defineLayer({
  kind: "upSampling1d",
  required: { size: integer(1) },
  options: {},
  expects: "[batch, time, features]",
  output: ({ shape, dtype }, { size }) =>
    shape.length === 2 && dtype === "float32"
      ? { shape: [shape[0] === null ? null : shape[0]! * size, shape[1]!], dtype }
      : undefined,
  mask: ({ mask }, { size }) => mask && repeat(mask, size),
  call: ({ tensor }, _weights, { size }) => repeat(tensor, size),
});

/**
 * Each step a number of times, one after the other: [batch, time, features] gives [batch, time · size, features]. Its mask
 * goes on in the same way.
 *
 * @param size how often
 */
export function upSampling1d(size: number, options: LayerOptions<typeof upSampling1dKind> = {}): Layer {
  return upSampling1dKind.create({ size, ...options });
}
