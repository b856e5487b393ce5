/** What can be trained: the side of a model that `fit` sees. */
import type { Batch } from "../data/batches.ts";
import type { NumberArray } from "../engine/engine.ts";
import type { Shape } from "../graph/index.ts";
import type { Findings, Inspection } from "./anatomy.ts";
import type { Metric } from "./metrics/metric.ts";
import type { Progress } from "./progress.ts";

/** All numbers of a model that training changes and that "best weights" mean, by name: a copy. */
export type Weights = Readonly<Record<string, { readonly shape: Shape; readonly data: NumberArray }>>;

/** What one batch gave. */
export interface BatchResult {
  /** The loss of this batch, regularization included. */
  readonly loss: number;
  /** For each of `metrics`, its sums over this batch. */
  readonly sums: Readonly<Record<string, ArrayLike<number>>>;
  /** Whether a guarded update was made: false where the loss or a parameter would not be finite. */
  readonly finite?: boolean;
}

/** The weights of a trainee, for callbacks. */
export interface WeightAccess {
  get(): Weights;
  set(weights: Weights): void;
  /** The moving averages of the weights that training changes; `undefined` where the optimizer keeps none. */
  averages?(): Weights | undefined;
}

export interface Trainee {
  /** What is measured besides the loss, by history key; with several outputs `<output>_<metric>`. */
  readonly metrics: Readonly<Record<string, Pick<Metric, "finish" | "direction">>>;
  /** Number of updates made so far; part of the optimizer's state. */
  readonly step: number;
  /**
   * The rate of the next update. Setting it fixes it until it is set again, and is a `StateError` when the optimizer was
   * made with a schedule: see `LearningRate`.
   */
  learningRate: number;
  /** Where an earlier training stands, when it can be resumed: `fit` writes it, saving keeps it. */
  progress: Progress | undefined;
  /** One update. @param guarded leave everything as it was where the loss or a parameter would not be finite */
  trainBatch(batch: Batch, guarded?: boolean): Promise<BatchResult>;
  /** Computes something of the last batch with the weights as they are now, with the same dropout. */
  inspect?(build: Inspection): Promise<Findings>;
  /** No update, no dropout. */
  evaluateBatch(batch: Batch): Promise<BatchResult>;
  weights(): WeightAccess | Promise<WeightAccess>;
  /**
   * How batches are cut into segments of so many steps of time, each trained on from the states that the one before has
   * left. Throws an `OptionError` where a layer needs whole sequences. Absent where rows cannot be cut.
   */
  segments?(length: number): Promise<(batch: Batch) => readonly Batch[]>;
  /** Sets the state of stateful layers to zero: before each epoch and before each evaluation. */
  resetStates(): void | Promise<void>;
  /** Writes everything that an exact resumption needs, `progress` included. Absent where there is nowhere to write. */
  save?(path: string): Promise<void>;
}
