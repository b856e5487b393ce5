import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { average, pooling } from "./pooling.ts";

export const averagePooling1dKind = defineLayer(pooling("averagePooling1d", average));

/**
 * The mean of each feature in each window: [batch, time, features] gives [batch, windows, features]. Masked steps and steps
 * outside of the sequence are left out, whatever they hold; a window counts, in the mask that goes on, where one of its
 * steps does.
 *
 * @param poolSize steps in a window
 */
export function averagePooling1d(poolSize: number, options: LayerOptions<typeof averagePooling1dKind> = {}): Layer {
  return averagePooling1dKind.create({ poolSize, ...options });
}
