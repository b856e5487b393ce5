import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { average, globalPooling } from "./pooling.ts";

export const globalAveragePooling1dKind = defineLayer(globalPooling("globalAveragePooling1d", average));

/**
 * The mean of each feature over all steps: [batch, time, features] gives [batch, features]. Masked steps are left out,
 * whatever they hold; a row without a step that counts gives zeros. The mask ends here.
 */
export function globalAveragePooling1d(options: LayerOptions<typeof globalAveragePooling1dKind> = {}): Layer {
  return globalAveragePooling1dKind.create(options);
}
