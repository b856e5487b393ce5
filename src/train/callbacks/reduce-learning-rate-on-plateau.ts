import { requireInteger, requireNumber } from "../../errors.ts";
import type { Callback } from "./callback.ts";
import { Monitor, type MonitorOptions, monitorOptionNames } from "./monitor.ts";

export interface ReduceLearningRateOnPlateauOptions extends MonitorOptions {
  /** What the rate is multiplied by. @default 0.1 */
  readonly factor?: number;
  /** Epochs without improvement after which the rate is reduced. @default 10 */
  readonly patience?: number;
  /** Epochs after a reduction that are not watched. @default 0 */
  readonly cooldown?: number;
  /** The rate is never made smaller than this. @default 0 */
  readonly minLearningRate?: number;
}

interface Saved {
  readonly best: number | null;
  readonly wait: number;
  readonly cooling: number;
}

/** Reduces the learning rate when a metric no longer improves. The least change that counts is 1e-4 by default. */
export function reduceLearningRateOnPlateau(options: ReduceLearningRateOnPlateauOptions = {}): Callback {
  const name = "reduceLearningRateOnPlateau";
  const own = ["factor", "patience", "cooldown", "minLearningRate"];
  const monitor = new Monitor(name, { minDelta: 1e-4, ...options }, [...monitorOptionNames, ...own]);
  const { factor = 0.1, patience = 10, cooldown = 0, minLearningRate = 0 } = options;
  requireNumber("factor", factor, "above 0 and below 1", (x) => x > 0 && x < 1);
  requireInteger("patience", patience, 0);
  requireInteger("cooldown", cooldown, 0);
  requireNumber("minLearningRate", minLearningRate, "of at least 0", (x) => x >= 0);

  /** Epochs since the last improvement or reduction. */
  let wait = 0;
  /** Epochs that are still not watched. */
  let cooling = 0;
  return {
    name,
    onTrainBegin(event, control) {
      monitor.begin(event, control);
      wait = 0;
      cooling = 0;
    },
    onEpochEnd({ metrics }, control) {
      const value = monitor.valueIn(metrics);
      if (cooling > 0) {
        cooling--;
        wait = 0;
      }
      if (monitor.isBetter(value, monitor.best)) {
        monitor.best = value;
        wait = 0;
      } else if (cooling === 0) {
        wait++;
        if (wait < patience || control.learningRate <= minLearningRate) return;
        control.learningRate = Math.max(control.learningRate * factor, minLearningRate);
        cooling = cooldown;
        wait = 0;
      }
    },
    state: () => ({ values: { best: monitor.best ?? null, wait, cooling } }),
    restore({ values }) {
      const saved = values as unknown as Saved;
      monitor.best = saved.best ?? undefined;
      wait = saved.wait;
      cooling = saved.cooling;
    },
  };
}
