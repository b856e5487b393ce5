/** What a callback is, what it is told and what it can do. */
import type { Findings, Inspection } from "../anatomy.ts";
import type { Direction } from "../metrics/metric.ts";
import type { CallbackState } from "../progress.ts";
import type { Weights } from "../trainee.ts";

/** Events are plain data: they can be sent to a worker, a socket or a file as they are. Epochs and batches count from 0. */
export interface TrainBegin {
  readonly type: "trainBegin";
  readonly epochs: number;
  readonly initialEpoch: number;
  /** Batches of an epoch; absent when the data is a stream of unknown length. */
  readonly batches?: number;
  /** Names that `metrics` will have at the end of an epoch. */
  readonly metrics: readonly string[];
}

export interface EpochBegin {
  readonly type: "epochBegin";
  readonly epoch: number;
  /** The first batch to come: above 0 when training was resumed within the epoch. */
  readonly batch: number;
  readonly learningRate: number;
}

export interface BatchEnd {
  readonly type: "batchEnd";
  readonly epoch: number;
  readonly batch: number;
  readonly batches?: number;
  readonly rows: number;
  /** The loss of this batch alone. */
  readonly batchLoss: number;
  /** Whether the update was made, where a callback guards the weights; see `Callback.guardsWeights`. */
  readonly finite?: boolean;
  /** Loss and metrics of the epoch up to here. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The rate of this batch's update. */
  readonly learningRate: number;
  /** Updates made so far, earlier trainings included. */
  readonly step: number;
  /** Estimated from the time so far; absent when the number of batches is unknown. */
  readonly secondsLeft?: number;
}

export interface EpochEnd {
  readonly type: "epochEnd";
  readonly epoch: number;
  /** Loss, metrics, and with validation data the same with `val_` in front. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly seconds: number;
}

/** Comes before the validation data is measured, at the end of an epoch. */
export interface TestBegin {
  readonly type: "testBegin";
  readonly epoch: number;
}

/** Comes after it, also where it was stopped. */
export interface TestEnd {
  readonly type: "testEnd";
  readonly epoch: number;
}

export interface TrainEnd {
  readonly type: "trainEnd";
  /** Epochs completed. */
  readonly epochs: number;
  /** Why training ended early: `aborted`, or what a callback said. */
  readonly stopped?: string;
  readonly seconds: number;
}

export type TrainEvent = TrainBegin | EpochBegin | BatchEnd | TestBegin | TestEnd | EpochEnd | TrainEnd;

/** What a callback can do to the training it watches. */
export interface TrainingControl {
  /** The rate of the next update; setting it is an error when the optimizer has a schedule. */
  learningRate: number;
  /** Ends training after this event; the history keeps the reason. */
  stop(reason: string): void;
  /** Saves everything once all callbacks have seen this event, so that a resumption is exact. */
  save(path: string): void;
  getWeights(): Weights | Promise<Weights>;
  setWeights(weights: Weights): void | Promise<void>;
  /** Computes tensors of the last batch's training step, with the weights as they are now and the same dropout. */
  inspect(build: Inspection): Promise<Findings>;
  /** Moving averages of the weights; `undefined` where the optimizer has no `emaMomentum`. */
  averagedWeights(): Weights | undefined;
  /** Which way a metric improves, `val_` in front or not; `undefined` when that is unknown. */
  directionOf(metric: string): Direction | undefined;
}

/** All functions may be asynchronous: training waits for them. They are called in the order of the list of callbacks. */
export interface Callback {
  readonly name: string;
  /** Leaves updates out that would make a weight infinite or NaN, or whose loss is; `BatchEnd` tells. @default false */
  readonly guardsWeights?: boolean;
  onTrainBegin?(event: TrainBegin, control: TrainingControl): void | Promise<void>;
  onEpochBegin?(event: EpochBegin, control: TrainingControl): void | Promise<void>;
  onBatchEnd?(event: BatchEnd, control: TrainingControl): void | Promise<void>;
  onTestBegin?(event: TestBegin, control: TrainingControl): void | Promise<void>;
  onTestEnd?(event: TestEnd, control: TrainingControl): void | Promise<void>;
  onEpochEnd?(event: EpochEnd, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(event: TrainEnd, control: TrainingControl): void | Promise<void>;
  /** What must be saved for an exact resumption. */
  state?(): CallbackState;
  /** Takes up a saved state; called after `onTrainBegin`. */
  restore?(state: CallbackState): void;
}
