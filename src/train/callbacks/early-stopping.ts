import { requireInteger, requireNumber } from "../../errors.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Weights } from "../trainee.ts";
import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions, monitorOptionNames } from "./monitor.ts";

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training stops. @default 0 */
  readonly patience?: number;
  /** Ends training with the weights of the best epoch instead of the last. @default false */
  readonly restoreBestWeights?: boolean;
  /** Improvements count only beyond this value. @default none */
  readonly baseline?: number;
  /** Epochs before this one are not watched. @default 0 */
  readonly startFromEpoch?: number;
}

interface Saved {
  readonly best: number | null;
  readonly bestEpoch: number;
  readonly wait: number;
}

/**
 * Stops training when a metric no longer improves. A training that is aborted keeps its last weights all the same, so
 * that it can be resumed.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const name = "earlyStopping";
  const own = ["patience", "restoreBestWeights", "baseline", "startFromEpoch"];
  const monitor = new Monitor(name, options, [...monitorOptionNames, ...own]);
  const { patience = 0, restoreBestWeights = false, baseline, startFromEpoch = 0 } = options;
  requireInteger("patience", patience, 0);
  requireBoolean("restoreBestWeights", restoreBestWeights);
  if (baseline !== undefined) requireNumber("baseline", baseline, "", () => true);
  requireInteger("startFromEpoch", startFromEpoch, 0);

  let bestEpoch = 0;
  let bestWeights: Weights | undefined;
  /** Epochs since the last improvement. */
  let wait = 0;
  return {
    name,
    onTrainBegin(event, control) {
      monitor.begin(event, control);
      bestEpoch = event.initialEpoch;
      bestWeights = undefined;
      wait = 0;
    },
    async onEpochEnd({ epoch, metrics }, control) {
      if (epoch < startFromEpoch) return;
      const value = monitor.valueIn(metrics);
      const improved = monitor.isBetter(value, monitor.best);
      // The first weights are the best so far, even where the metric is NaN.
      if (restoreBestWeights && (improved || bestWeights === undefined)) bestWeights = await control.getWeights();
      wait++;
      if (improved) {
        monitor.best = value;
        bestEpoch = epoch;
        if (baseline === undefined || monitor.isBetter(value, baseline)) wait = 0;
      } else if (wait >= patience && epoch > 0) {
        control.stop(`${monitor.metric} has not improved since epoch ${bestEpoch}`);
      }
    },
    async onTrainEnd({ stopped }, control) {
      if (bestWeights !== undefined && stopped !== "aborted") await control.setWeights(bestWeights);
    },
    state: () => ({
      values: { best: monitor.best ?? null, bestEpoch, wait },
      ...(bestWeights && { weights: bestWeights }),
    }),
    restore({ values, weights }) {
      const saved = values as unknown as Saved;
      monitor.best = saved.best ?? undefined;
      bestEpoch = saved.bestEpoch;
      wait = saved.wait;
      bestWeights = weights;
    },
  };
}
