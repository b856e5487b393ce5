/** Everything that `fit` can be told, checked and completed. It loads where `fit` is told more than what most trainings need. */
import {
  arrayBatches,
  type Batch,
  type BatchSource,
  type BatchStream,
  type ColumnsInput,
  type Examples,
  isBatchStream,
  splitRows,
} from "../data/batches.ts";
import { toBatch } from "../data/to-batch.ts";
import { explain, OptionError, rejectUnknown, requireInteger, requireNumber } from "../errors.ts";
import type { Callback } from "./callbacks/callback.ts";
import { evaluateEpoch } from "./evaluate.ts";
import {
  beginning,
  type FitOptions,
  type Plan,
  requireOrder,
  type Validation,
  type ValidationData,
} from "./fit-options.ts";
import { requireBoolean } from "./require-boolean.ts";
import { type Evaluation, evaluationSource, sourceOf, sourceOfRows } from "./source.ts";
import type { Trainee } from "./trainee.ts";

const names = [
  "epochs",
  "until",
  "batchSize",
  "validationData",
  "validationSplit",
  "classWeight",
  "shuffle",
  "bucketByLength",
  "truncate",
  "seed",
  "initialEpoch",
  "stepsPerEpoch",
  "validationSteps",
  "callbacks",
  "signal",
  "resume",
] as const;

export async function planInFull(trainee: Trainee, data: Examples | BatchStream, options: FitOptions): Promise<Plan> {
  rejectUnknown("fit()", options, names);
  const { until, epochs = until === undefined ? 1 : 1000, batchSize = 32, seed = 0, shuffle = true } = options;
  const {
    initialEpoch = 0,
    stepsPerEpoch,
    bucketByLength = false,
    signal,
    resume = false,
    classWeight,
    truncate,
  } = options;
  requireInteger("epochs", epochs, 0);
  requireInteger("initialEpoch", initialEpoch, 0);
  if (stepsPerEpoch !== undefined) requireInteger("stepsPerEpoch", stepsPerEpoch, 1);
  if (truncate !== undefined) requireInteger("truncate", truncate, 1);
  requireBoolean("resume", resume);
  const isStream = isBatchStream(data);
  if (isStream) rejectForStreams(options);
  const batching = { batchSize, shuffle, seed, ...(bucketByLength && { bucketByLength }) };
  requireOrder(batching);
  requireBoolean("bucketByLength", bucketByLength);
  const callbacks = await withCriterion(options);

  const order = { ...(!isStream && batching), ...(truncate !== undefined && { truncate }) };
  const from = resume
    ? (await import("./resume.ts")).savedProgress(trainee, options, order)
    : beginning(initialEpoch, order);
  const common = { order, epochs, callbacks, from, ...(signal && { signal }), ...(classWeight && { classWeight }) };
  if (options.validationSplit !== undefined && !isStream) {
    const [training, held] = split(data, options);
    const source = arrayBatches(held, { batchSize, shuffle: false, seed });
    const rows = await inSegments(trainee, await sourceOfRows(training, batching), truncate, training);
    return { ...common, source: rows, validation: measuredOn(trainee, { source }) };
  }
  const steps = stepsPerEpoch === undefined ? {} : { steps: stepsPerEpoch };
  const batches = await sourceOf(data, { ...batching, firstEpoch: from.initialEpoch, ...steps });
  const source = await inSegments(trainee, batches, truncate, isStream ? undefined : toBatch(data));
  const validation = validationOf(trainee, options, batchSize);
  return { ...common, source, ...(validation && { validation }) };
}

/** The batches cut in time, if they are to be. @param all rows that they are made of; none for a stream */
async function inSegments(trainee: Trainee, source: BatchSource, length: number | undefined, all: Batch | undefined) {
  if (length === undefined) return source;
  const { segmented } = await import("./segmented.ts");
  return await segmented(trainee, source, length, all);
}

/** The callbacks, and behind them the one that ends the training where it is to converge. */
async function withCriterion({ until, callbacks = [] }: FitOptions): Promise<readonly Callback[]> {
  if (until === undefined) return callbacks;
  const { untilConverged } = await import("./callbacks/until-converged.ts");
  return [...callbacks, untilConverged(until)];
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

function validationOf(
  trainee: Trainee,
  { validationData, validationSteps }: FitOptions,
  batchSize: number,
): Validation | undefined {
  if (validationData === undefined) {
    if (validationSteps === undefined) return undefined;
    throw new OptionError(explain({ expected: "`validationData` beside `validationSteps`", got: "none" }));
  }
  const examples = isTuple(validationData) ? toExamples(validationData) : validationData;
  return measuredOn(
    trainee,
    evaluationSource(examples, { batchSize, ...(validationSteps !== undefined && { steps: validationSteps }) }),
  );
}

function measuredOn(trainee: Trainee, evaluation: Evaluation): Validation {
  const { source } = evaluation;
  return {
    measure: (epoch, mustStop) => evaluateEpoch(trainee, evaluation, epoch, mustStop),
    close: () => source.close?.(),
  };
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
