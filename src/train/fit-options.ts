/** What `fit` can be told, checked and completed. */
import {
  arrayBatches,
  type BatchSource,
  type BatchStream,
  type Examples,
  isBatchStream,
  plainBatch,
} from "../data/batches.ts";
import type { ClassWeight } from "../data/class-weights.ts";
import { requireInteger } from "../errors.ts";
import type { Callback } from "./callbacks/callback.ts";
import type { Convergence } from "./callbacks/until-converged.ts";
import type { Progress } from "./progress.ts";
import { requireBoolean } from "./require-boolean.ts";
import type { Tally } from "./tally.ts";
import type { Trainee } from "./trainee.ts";

/** `[x, y]`, `[x, y, sampleWeight]`, `{ x, y, sampleWeight }` or a stream. */
export type ValidationData<E extends Examples<unknown, unknown, unknown> = Examples> =
  | readonly [E["x"], E["y"]]
  | readonly [E["x"], E["y"], NonNullable<E["sampleWeight"]>]
  | E
  | (() => Iterable<E> | AsyncIterable<E>);

/** @typeParam E the examples of the model that is trained */
export interface FitOptions<E extends Examples<unknown, unknown, unknown> = Examples> {
  /** The epoch to train up to, counted from 0. @default 1; 1000 with `until` */
  readonly epochs?: number;
  /** Trains until a metric no longer changes, for `epochs` epochs at most. @default no such criterion */
  readonly until?: Convergence;
  /** Rows of a batch; streams come in batches of their own. @default 32 */
  readonly batchSize?: number;
  /** Data that is not trained on, measured after each epoch. */
  readonly validationData?: ValidationData<E>;
  /** The share of the rows, from the end, that is validation data. @default 0 */
  readonly validationSplit?: number;
  /**
   * How much rows (steps, for sequences) of a class count while training, by class number: `{ 1: 5 }`; by output name where
   * there are several. It multiplies `sampleWeight`, and validation does without. @default 1 each
   */
  readonly classWeight?: ClassWeight;
  /** Take rows in another order in each epoch. @default true; streams keep their order */
  readonly shuffle?: boolean;
  /**
   * Put sequences of similar length into a batch, of data given as `ragged`: less to pad, but batches are less mixed.
   * @default false
   */
  readonly bucketByLength?: boolean;
  /**
   * Steps of time of an update, for long rows: each batch is cut into segments of so many steps, with an update after each,
   * and the states of layers go on from segment to segment as numbers, without a gradient (truncated back-propagation
   * through time, Williams & Peng 1990). They begin as zeros with each batch of rows. To callbacks, schedules and `step` a
   * segment is a batch. It needs a model for any number of steps, `null`, with an output for each of them, whose layers look
   * back alone. @default whole rows
   */
  readonly truncate?: number;
  /** Decides on the order of the rows, together with the number of the epoch. @default 0 */
  readonly seed?: number;
  /** The epoch to begin with. @default 0 */
  readonly initialEpoch?: number;
  /** Batches of an epoch, for streams that do not end or are too long. @default one pass through the stream */
  readonly stepsPerEpoch?: number;
  /** Batches to take of a stream of validation data, after each epoch. @default all */
  readonly validationSteps?: number;
  readonly callbacks?: readonly Callback[];
  /** Stops training between two batches; the model keeps what it has learnt. */
  readonly signal?: AbortSignal;
  /** Goes on where the training that the model was saved in stood, bit for bit. @default false */
  readonly resume?: boolean;
}

/** A training that is ready to begin. */
export interface Plan {
  readonly epochs: number;
  readonly source: BatchSource;
  readonly validation?: Validation;
  readonly classWeight?: ClassWeight;
  readonly order: Progress["order"];
  readonly callbacks: readonly Callback[];
  readonly signal?: AbortSignal;
  /** Where to begin. */
  readonly from: Progress;
}

/** Data that is not trained on. */
export interface Validation {
  /** Loss and metrics on it; `undefined` when it was told to stop. */
  measure(epoch: number, mustStop: () => boolean): Promise<Tally | undefined>;
  /** Ends a stream that is no longer read. */
  close?(): void | Promise<void>;
}

/** What to do where `fit` is asked for arrays and epochs alone; all other wishes are read by code that loads with the first. */
export async function plan(trainee: Trainee, data: Examples | BatchStream, options: FitOptions): Promise<Plan> {
  const { epochs = 1, batchSize = 32, shuffle = true, seed = 0, callbacks = [], ...further } = options;
  if (isBatchStream(data) || Object.keys(further).length > 0) {
    const { planInFull } = await import("./full-plan.ts");
    return await planInFull(trainee, data, options);
  }
  const order = { batchSize, shuffle, seed };
  requireOrder(order);
  requireInteger("epochs", epochs, 0);
  const all = plainBatch(data) ?? (await import("../data/to-batch.ts")).toBatch(data);
  return { epochs, callbacks, order, from: beginning(0, order), source: arrayBatches(all, order) };
}

export function requireOrder({ batchSize, shuffle, seed }: Progress["order"]): void {
  requireInteger("batchSize", batchSize, 1);
  requireBoolean("shuffle", shuffle);
  requireInteger("seed", seed, 0);
}

export function beginning(initialEpoch: number, order: Progress["order"]): Progress {
  const history = { epochs: [], metrics: {} };
  return { initialEpoch, epoch: initialEpoch, batch: 0, sums: {}, order, history, callbacks: {} };
}
