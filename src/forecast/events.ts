import type { Stage } from "./result.ts";

/** What `forecast` tells while it works: plain data. First the plan, then, for each network, batches, epochs and its end. */
export type ForecastEvent =
  | { type: "plan"; notes: readonly string[] }
  | (Run & { type: "batch"; batch: number; batches: number; loss: number })
  | (Run & { type: "epoch"; loss: number; validationLoss?: number })
  | (Run & { type: "end"; bestEpoch: number; loss: number; validationLoss?: number });

/** Where training is: the network in training, of all that are expected, and its epoch. All count from 1. */
export interface Run {
  stage: Stage;
  run: number;
  runs: number;
  epoch: number;
  /** The most epochs this network may take; early stopping may end it before. */
  epochs: number;
}
