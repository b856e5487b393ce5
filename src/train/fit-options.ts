/** What `fit` can be told, checked and completed. */
import {
  arrayBatches,
  type BatchSource,
  type BatchStream,
  type ColumnsInput,
  type Examples,
  isBatchStream,
  splitRows,
  toBatch,
} from "../data/batches.ts";
import type { ClassWeight } from "../data/class-weights.ts";
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../errors.ts";
import type { Callback } from "./callbacks/callback.ts";
import type { Convergence } from "./callbacks/until-converged.ts";
import type { Progress } from "./progress.ts";
import { requireBoolean } from "./require-boolean.ts";
import { evaluationSource, sourceOf, sourceOfRows } from "./source.ts";
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

const names = [
  "epochs",
  "until",
  "batchSize",
  "validationData",
  "validationSplit",
  "classWeight",
  "shuffle",
  "bucketByLength",
  "seed",
  "initialEpoch",
  "stepsPerEpoch",
  "validationSteps",
  "callbacks",
  "signal",
  "resume",
] as const;

/** A training that is ready to begin. */
export interface Plan {
  readonly epochs: number;
  readonly source: BatchSource;
  readonly validation?: { readonly source: BatchSource; readonly steps?: number };
  readonly classWeight?: ClassWeight;
  readonly order: Progress["order"];
  readonly callbacks: readonly Callback[];
  readonly signal?: AbortSignal;
  /** Where to begin. */
  readonly from: Progress;
}

export async function plan(trainee: Trainee, data: Examples | BatchStream, options: FitOptions): Promise<Plan> {
  rejectUnknown("fit()", options, names);
  const {
    until,
    epochs = until === undefined ? 1 : 1000,
    batchSize = 32,
    seed = 0,
    initialEpoch = 0,
    stepsPerEpoch,
  } = options;
  const { callbacks = [], signal, resume = false, classWeight } = options;
  requireInteger("epochs", epochs, 0);
  requireInteger("batchSize", batchSize, 1);
  requireInteger("seed", seed, 0);
  requireInteger("initialEpoch", initialEpoch, 0);
  if (stepsPerEpoch !== undefined) requireInteger("stepsPerEpoch", stepsPerEpoch, 1);
  requireBoolean("resume", resume);
  const isStream = isBatchStream(data);
  if (isStream) rejectForStreams(options);
  const { shuffle = true, bucketByLength = false } = options;
  requireBoolean("shuffle", shuffle);
  requireBoolean("bucketByLength", bucketByLength);

  const batching = { batchSize, shuffle, seed, ...(bucketByLength && { bucketByLength }) };
  const order = isStream ? {} : batching;
  const from = resume
    ? (await import("./resume.ts")).savedProgress(trainee, options, order)
    : beginning(initialEpoch, order);
  const common = { order, epochs, callbacks, from, ...(signal && { signal }), ...(classWeight && { classWeight }) };
  if (options.validationSplit !== undefined && !isStream) {
    const [training, held] = split(data, options);
    const validation = { source: arrayBatches(held, { batchSize, shuffle: false, seed }) };
    return { ...common, source: await sourceOfRows(training, batching), validation };
  }
  const steps = stepsPerEpoch === undefined ? {} : { steps: stepsPerEpoch };
  const source = await sourceOf(data, { ...batching, firstEpoch: from.initialEpoch, ...steps });
  const validation = validationOf(options, batchSize);
  return { ...common, source, ...(validation && { validation }) };
}

function split(data: Examples, { validationSplit, validationData, validationSteps, stepsPerEpoch }: FitOptions) {
  requireNumber("validationSplit", validationSplit, "above 0 and below 1", (x) => x > 0 && x < 1);
  if (validationData !== undefined) throw contradiction("validationData", "validationSplit");
  if (validationSteps !== undefined) throw contradiction("validationSteps", "validationSplit");
  if (stepsPerEpoch !== undefined) throw contradiction("stepsPerEpoch", "validationSplit");
  const all = toBatch(data);
  const parts = splitRows(all, validationSplit);
  if (parts.every((part) => part.rows > 0)) return parts;
  const expected = "`validationSplit` to leave at least one row on either side";
  throw new OptionError(explain({ expected, got: `${validationSplit} of ${all.rows} rows` }));
}

function validationOf({ validationData, validationSteps }: FitOptions, batchSize: number): Plan["validation"] {
  if (validationData === undefined) {
    if (validationSteps === undefined) return undefined;
    throw new OptionError(explain({ expected: "`validationData` beside `validationSteps`", got: "none" }));
  }
  return evaluationSource(isTuple(validationData) ? toExamples(validationData) : validationData, {
    batchSize,
    ...(validationSteps !== undefined && { steps: validationSteps }),
  });
}

function toExamples(parts: readonly ColumnsInput[]): Examples {
  const [x, y, sampleWeight] = parts;
  if (x !== undefined && y !== undefined && parts.length <= 3) {
    return { x, y, ...(sampleWeight !== undefined && { sampleWeight }) };
  }
  const expected = "`validationData` to be [x, y] or [x, y, sampleWeight]";
  throw new OptionError(explain({ expected, got: `${parts.length} parts` }));
}

function isTuple(given: ValidationData): given is Extract<ValidationData, readonly unknown[]> {
  return Array.isArray(given);
}

function rejectForStreams(options: FitOptions): void {
  for (const key of ["batchSize", "shuffle", "bucketByLength", "seed", "validationSplit"] as const) {
    if (options[key] === undefined) continue;
    const expected = `fit() on a stream of batches without \`${key}\``;
    const remedy = "the stream decides which rows are in which batch";
    throw new OptionError(explain({ expected, got: String(options[key]), remedy }));
  }
}

/** Two options that say different things. */
export function contradiction(one: string, other: string): OptionError {
  return new OptionError(explain({ expected: `\`${one}\` or \`${other}\``, got: "both" }));
}

function beginning(initialEpoch: number, order: Progress["order"]): Progress {
  const history = { epochs: [], metrics: {} };
  return { initialEpoch, epoch: initialEpoch, batch: 0, sums: {}, order, history, callbacks: {} };
}
