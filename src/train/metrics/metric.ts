/**
 * What a metric is: sums over the entries of one batch, computed inside the program; they are added up over batches in
 * float64, and `finish` makes the metric of them. A metric is never the mean of batch means.
 */
import type { Tensor } from "../../graph/index.ts";
import type { Config } from "../config.ts";
import type { Weighting } from "../weighting.ts";

/** Which way a metric improves. */
export type Direction = "min" | "max";

export interface Metric {
  /** Its key in the history. */
  readonly name: string;
  /** Absent for a user's own function, which cannot be saved. */
  readonly config?: Config;
  /** Unknown for a user's own function. */
  readonly direction?: Direction;
  /** Sums of one batch, of any shape that does not depend on the batch; what the mask or a weight of 0 excludes may be NaN. */
  sums(target: Tensor, prediction: Tensor, weighting: Weighting): Tensor;
  /** The metric of the sums of all batches, row-major. */
  finish(sums: ArrayLike<number>): number;
}

/** A user's own metric: values per row, per row and time step, or per element, of which the weighted mean is taken. */
export type MetricFunction = (target: Tensor, prediction: Tensor) => Tensor;

/** Adds up the sums of batches, in float64. */
export class Accumulator {
  readonly #metric: Pick<Metric, "finish">;
  #sums: Float64Array | undefined;

  constructor(metric: Pick<Metric, "finish">, sums?: ArrayLike<number>) {
    this.#metric = metric;
    if (sums !== undefined) this.#sums = Float64Array.from(sums);
  }

  add(sums: ArrayLike<number>): void {
    this.#sums ??= new Float64Array(sums.length);
    for (let i = 0; i < sums.length; i++) this.#sums[i]! += sums[i]!;
  }

  /** What was added up so far, to go on from later. */
  get sums(): readonly number[] {
    return Array.from(this.#sums ?? []);
  }

  /** The metric so far; `undefined` before the first batch. */
  get result(): number | undefined {
    return this.#sums && this.#metric.finish(this.#sums);
  }
}
