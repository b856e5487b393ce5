/** One update on arrays of one's own. It loads where one is made. */
import type { ColumnsInput } from "../data/batches.ts";
import { toBatch } from "../data/to-batch.ts";
import { rejectUnknown } from "../errors.ts";
import type { FitOptions } from "../train/fit-options.ts";
import type { Training } from "./training.ts";
import type { Weighted } from "./user-data.ts";

/** Gives the loss and the metrics of the batch by name. */
export async function trainOnBatch(
  training: Training,
  x: ColumnsInput,
  y: ColumnsInput,
  options: Weighted & Pick<FitOptions, "classWeight">,
): Promise<Record<string, number>> {
  rejectUnknown("trainOnBatch()", options, ["sampleWeight", "classWeight"]);
  const { classWeight, ...weighted } = options;
  const { loss, sums } = await training.trainBatch({
    ...toBatch({ x, y, ...weighted }),
    ...(classWeight && { classWeight }),
  });
  const measured = Object.entries(training.metrics).map(([name, metric]) => [name, metric.finish(sums[name]!)]);
  return { loss, ...Object.fromEntries(measured) };
}
