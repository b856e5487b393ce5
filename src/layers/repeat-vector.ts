import { integer } from "../cells/option.ts";
import { broadcastTo, reshape } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";

export const repeatVectorKind = defineLayer({
  kind: "repeatVector",
  required: { times: integer(1) },
  options: {},
  expects: "[batch, features]",
  output: ({ shape, dtype }, { times }) =>
    shape.length === 1 && dtype === "float32" ? { shape: [times, ...shape], dtype } : undefined,
  call({ tensor }, _weights, { times }) {
    const [batch, features] = [tensor.shape[0]!, tensor.shape[1]!];
    return broadcastTo(reshape(tensor, [batch, 1, features]), [batch, times, features]);
  },
});

/** The same vector at each of a number of steps: [batch, features] gives [batch, times, features]. */
export function repeatVector(times: number, options: LayerOptions<typeof repeatVectorKind> = {}): Layer {
  return repeatVectorKind.create({ times, ...options });
}
