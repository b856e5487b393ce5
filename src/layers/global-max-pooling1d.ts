import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { globalPooling, largest } from "./pooling.ts";

export const globalMaxPooling1dKind = defineLayer(globalPooling("globalMaxPooling1d", largest));

/**
 * The largest value of each feature over all steps: [batch, time, features] gives [batch, features]. Masked steps are left out,
 * whatever they hold; a row without a step that counts gives zeros. The mask ends here.
 */
export function globalMaxPooling1d(options: LayerOptions<typeof globalMaxPooling1dKind> = {}): Layer {
  return globalMaxPooling1dKind.create(options);
}
