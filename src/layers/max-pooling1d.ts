import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { largest, pooling } from "./pooling.ts";

export const maxPooling1dKind = defineLayer(pooling("maxPooling1d", largest));

/**
 * The largest value of each feature in each window: [batch, time, features] gives [batch, windows, features]. Masked steps and steps
 * outside of the sequence are left out, whatever they hold; a window counts, in the mask that goes on, where one of its
 * steps does.
 *
 * @param poolSize steps in a window
 */
export function maxPooling1d(poolSize: number, options: LayerOptions<typeof maxPooling1dKind> = {}): Layer {
  return maxPooling1dKind.create({ poolSize, ...options });
}
