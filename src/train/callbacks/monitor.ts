import { explain, OptionError, rejectUnknown, requireChoice, requireNumber, show } from "../../errors.ts";
import type { Direction } from "../metrics/metric.ts";
import type { TrainBegin, TrainingControl } from "./callback.ts";

export interface MonitorOptions {
  /** The metric to watch. @default "val_loss" */
  readonly monitor?: string;
  /** Which way it improves. @default "auto": as the metric says */
  readonly mode?: "auto" | Direction;
  /** The least change that counts as an improvement. @default 0 */
  readonly minDelta?: number;
}

export const monitorOptionNames = ["monitor", "mode", "minDelta"] as const;

/** Watches one metric and remembers its best value. */
export class Monitor {
  readonly metric: string;
  readonly #owner: string;
  readonly #mode: "auto" | Direction;
  readonly #minDelta: number;
  #sign = 1;
  best: number | undefined;

  /** @param names all options of the owner, to reject others */
  constructor(owner: string, options: MonitorOptions, names: readonly string[]) {
    rejectUnknown(`${owner}()`, options, names);
    const { monitor = "val_loss", mode = "auto", minDelta = 0 } = options;
    requireChoice("mode", mode, ["auto", "min", "max"]);
    requireNumber("minDelta", minDelta, "of at least 0", (x) => x >= 0);
    this.metric = monitor;
    this.#owner = owner;
    this.#mode = mode;
    this.#minDelta = minDelta;
  }

  /** Throws when the metric will never come, or it is unknown which way it improves. */
  begin({ metrics }: TrainBegin, control: TrainingControl): void {
    if (!metrics.includes(this.metric)) {
      const expected = `\`monitor\` of ${this.#owner}() to be one of ${metrics.join(", ")}`;
      const remedy = this.metric.startsWith("val_")
        ? "give fit() validation data, or monitor another metric"
        : undefined;
      throw new OptionError(explain({ expected, got: show(this.metric), remedy }));
    }
    const direction = this.#mode === "auto" ? control.directionOf(this.metric) : this.#mode;
    if (direction === undefined) {
      const expected = `\`mode\` "min" or "max" of ${this.#owner}() for ${this.metric}, which is your own metric`;
      throw new OptionError(explain({ expected, got: '"auto"' }));
    }
    this.#sign = direction === "min" ? 1 : -1;
    this.best = undefined;
  }

  /** The metric's value at the end of an epoch. */
  valueIn(metrics: Readonly<Record<string, number>>): number {
    return metrics[this.metric]!;
  }

  /** Whether `value` is better than `reference` by more than `minDelta`; NaN never is, and anything else beats nothing. */
  isBetter(value: number, reference: number | undefined): boolean {
    if (Number.isNaN(value)) return false;
    return reference === undefined || this.#sign * (reference - value) > this.#minDelta;
  }
}
