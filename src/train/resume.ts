/** Where a training that was saved goes on. It loads when one does. */
import { explain, OptionError, StateError } from "../errors.ts";
import type { FitOptions } from "./fit-options.ts";
import { contradiction } from "./full-plan.ts";
import type { Progress } from "./progress.ts";
import type { Trainee } from "./trainee.ts";

export function savedProgress(trainee: Trainee, { initialEpoch }: FitOptions, order: Progress["order"]): Progress {
  if (initialEpoch !== undefined) throw contradiction("initialEpoch", "resume");
  const saved = trainee.progress;
  if (saved === undefined) {
    const remedy = "load one that was saved during or after fit()";
    throw new StateError(explain({ expected: "a model with a training to resume", got: "none", remedy }));
  }
  for (const key of ["batchSize", "shuffle", "bucketByLength", "seed", "truncate"] as const) {
    if (saved.batch === 0 || saved.order[key] === order[key]) continue;
    const expected = `\`${key}\` ${saved.order[key] ?? "left out"} to resume within an epoch`;
    const remedy = "the rows would be in other batches; it may change between epochs";
    throw new OptionError(explain({ expected, got: `${order[key] ?? "none"}`, remedy }));
  }
  return saved;
}
