import type { Callback } from "./callback.ts";

/** Sets the learning rate at the beginning of each epoch, from the number of the epoch (from 0) and the rate so far. */
export function learningRateScheduler(rateAt: (epoch: number, learningRate: number) => number): Callback {
  return {
    name: "learningRateScheduler",
    onEpochBegin({ epoch, batch, learningRate }, control) {
      // An epoch that is resumed half-way has its rate already.
      if (batch === 0) control.learningRate = rateAt(epoch, learningRate);
    },
  };
}
