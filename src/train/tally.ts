import { meanOf } from "./metrics/mean-metric.ts";
import { Accumulator } from "./metrics/metric.ts";
import type { BatchResult, Trainee } from "./trainee.ts";

/** Loss and metrics of an epoch as it goes on. The loss is the mean over batches, each as heavy as it has rows. */
export class Tally {
  readonly #parts: ReadonlyMap<string, Accumulator>;

  /** @param sums where an earlier tally stood */
  constructor(metrics: Trainee["metrics"], sums: Readonly<Record<string, readonly number[]>> = {}) {
    const all = { loss: { finish: meanOf }, ...metrics };
    this.#parts = new Map(Object.entries(all).map(([name, metric]) => [name, new Accumulator(metric, sums[name])]));
  }

  add({ loss, sums }: BatchResult, rows: number): void {
    for (const [name, part] of this.#parts) part.add(name === "loss" ? [loss * rows, rows] : sums[name]!);
  }

  get sums(): Record<string, readonly number[]> {
    return Object.fromEntries([...this.#parts].map(([name, part]) => [name, part.sums]));
  }

  /** Loss and metrics of the batches so far; with `prefix` in front of their names. */
  results(prefix = ""): Record<string, number> {
    return Object.fromEntries([...this.#parts].map(([name, part]) => [`${prefix}${name}`, part.result ?? 0]));
  }
}
