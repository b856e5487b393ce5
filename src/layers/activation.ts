import type { ActivationName } from "../cells/activations.ts";
import { activation as activationOption } from "../cells/option.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";

export const activationKind = defineLayer({
  kind: "activation",
  required: { activation: activationOption() },
  options: {},
  expects: "of dtype float32",
  output: (input) => (input.dtype === "float32" ? input : undefined),
  call: ({ tensor }, _weights, { activation }) => activation(tensor),
});

/** Applies an activation by name. A mask goes on. */
export function activation(name: ActivationName, options: LayerOptions<typeof activationKind> = {}): Layer {
  return activationKind.create({ activation: name, ...options });
}
