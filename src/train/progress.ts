/** Where a training stands: plain data, saved with the model, from which `fit` goes on bit for bit. */
import type { Json } from "./config.ts";
import type { History } from "./history.ts";
import type { Weights } from "./trainee.ts";

/** What a callback must remember. */
export interface CallbackState {
  readonly values: Json;
  /** The best weights so far, for callbacks that restore them. */
  readonly weights?: Weights;
}

export interface Progress {
  /** The epoch that training began with. */
  readonly initialEpoch: number;
  /** Epochs completed. */
  readonly epoch: number;
  /** Batches completed of the epoch after those; 0 at the end of an epoch. */
  readonly batch: number;
  /** Sums of the loss and the metrics over those batches. */
  readonly sums: Readonly<Record<string, readonly number[]>>;
  /** What decides which rows are in which batch; it may change between epochs but not within one. */
  readonly order: {
    readonly batchSize?: number;
    readonly shuffle?: boolean;
    readonly bucketByLength?: boolean;
    readonly seed?: number;
    readonly truncate?: number;
  };
  readonly history: History;
  /** The callbacks' states, by position and name: `0.earlyStopping`. */
  readonly callbacks: Readonly<Record<string, CallbackState>>;
}
