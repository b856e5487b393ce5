import type { Callback } from "./callback.ts";

/** Stops training as soon as the loss of a batch is not a finite number. */
export function terminateOnNaN(): Callback {
  return {
    name: "terminateOnNaN",
    onBatchEnd({ batchLoss, epoch, batch }, control) {
      if (!Number.isFinite(batchLoss)) control.stop(`the loss is ${batchLoss} in epoch ${epoch}, batch ${batch}`);
    },
  };
}
