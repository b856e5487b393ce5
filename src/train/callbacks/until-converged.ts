import { explain, OptionError, rejectUnknown, requireInteger, requireNumber, show } from "../../errors.ts";
import type { Callback } from "./callback.ts";

/** When a training has converged. */
export interface Convergence {
  /** The metric that no longer changes. @default "loss" */
  readonly monitor?: string;
  /** The largest change from epoch to epoch that is none, as a share of the value before. @default 1e-4 */
  readonly tolerance?: number;
  /** Epochs in a row without a change. @default 5 */
  readonly patience?: number;
}

interface Saved {
  readonly last: number | null;
  readonly calm: number;
}

/** Stops training once |mₜ − mₜ₋₁| ≤ tolerance · |mₜ₋₁| for the metric m of `patience` epochs in a row. */
export function untilConverged(options: Convergence = {}): Callback {
  rejectUnknown("`until` of fit()", options, ["monitor", "tolerance", "patience"]);
  const { monitor = "loss", tolerance = 1e-4, patience = 5 } = options;
  requireNumber("tolerance", tolerance, "of at least 0", (x) => x >= 0);
  requireInteger("patience", patience, 1);
  let last: number | undefined;
  /** Epochs in a row without a change. */
  let calm = 0;
  return {
    name: "untilConverged",
    onTrainBegin({ metrics }) {
      last = undefined;
      calm = 0;
      if (metrics.includes(monitor)) return;
      const expected = `\`monitor\` of \`until\` to be one of ${metrics.join(", ")}`;
      throw new OptionError(explain({ expected, got: show(monitor) }));
    },
    onEpochEnd({ metrics }, control) {
      const value = metrics[monitor]!;
      const isCalm = last !== undefined && Math.abs(value - last) <= tolerance * Math.abs(last);
      calm = isCalm ? calm + 1 : 0;
      last = value;
      if (calm < patience) return;
      const epochs = patience === 1 ? "the last epoch" : `each of the last ${patience} epochs`;
      control.stop(`converged: ${monitor} changed by at most ${tolerance} of its value in ${epochs}`);
    },
    state: () => ({ values: { last: last ?? null, calm } }),
    restore({ values }) {
      const saved = values as unknown as Saved;
      last = saved.last ?? undefined;
      calm = saved.calm;
    },
  };
}
