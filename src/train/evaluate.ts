/** Loss and metrics of a model on data, without training. It loads where a model is measured. */

import type { BatchStream, Examples } from "../data/batches.ts";
import { rejectUnknown, requireInteger } from "../errors.ts";
import { type Evaluation, evaluationSource } from "./source.ts";
import { Tally } from "./tally.ts";
import type { Trainee } from "./trainee.ts";
import { yieldToEventLoop } from "./yield-to-event-loop.ts";

export interface EvaluateOptions {
  /** Rows of a batch. @default 32 */
  readonly batchSize?: number;
  /** Batches to take of a stream. @default all */
  readonly steps?: number;
}

/** Loss and metrics over all of `data`, by name. */
export async function evaluate(
  trainee: Trainee,
  data: Examples | BatchStream,
  options: EvaluateOptions = {},
): Promise<Record<string, number>> {
  rejectUnknown("evaluate()", options, ["batchSize", "steps"]);
  const { batchSize = 32, steps } = options;
  requireInteger("batchSize", batchSize, 1);
  const evaluation = evaluationSource(data, { batchSize, ...(steps !== undefined && { steps }) });
  try {
    return (await evaluateEpoch(trainee, evaluation, 0, () => false))!.results();
  } finally {
    await evaluation.source.close?.();
  }
}

/** Evaluates one epoch of batches; `undefined` when it was told to stop. */
export async function evaluateEpoch(
  trainee: Trainee,
  { source, steps = Number.POSITIVE_INFINITY }: Evaluation,
  epoch: number,
  mustStop: () => boolean,
): Promise<Tally | undefined> {
  const tally = new Tally(trainee.metrics);
  const giveWay = yieldToEventLoop();
  await trainee.resetStates();
  let taken = 0;
  for await (const batch of source.epoch(epoch, 0)) {
    tally.add(await trainee.evaluateBatch(batch), batch.rows);
    await giveWay();
    if (mustStop()) return undefined;
    if (++taken === steps) break;
  }
  return tally;
}
