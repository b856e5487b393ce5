import type { Loss, LossFunction } from "./loss.ts";

/** A user's own function as a loss. It is computed from predictions as they are, and cannot be saved. */
export function customLoss(values: LossFunction): Loss {
  return { name: values.name || "customLoss", targetDType: "float32", fromLogits: false, values };
}
