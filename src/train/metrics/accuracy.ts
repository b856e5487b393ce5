import { rejectUnknown, requireNumber } from "../../errors.ts";
import { argmax, equal, less, type Tensor, toFloat } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "../losses/align-target.ts";
import { meanMetric } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";
import { isBinary, targetClass } from "./target-class.ts";

export interface AccuracyOptions {
  /**
   * Takes every output for a yes or no of its own, yes above this number; give it for several labels at once.
   * @default 0.5 with a single output; several outputs are classes, of which the largest is chosen
   */
  readonly threshold?: number;
}

/** Share of predictions that are right. Targets are 0 or 1, class numbers or one-hot rows, as their shape says. */
export function accuracy(options: AccuracyOptions = {}): Metric {
  const name = "accuracy";
  rejectUnknown(`${name}()`, options, ["threshold"]);
  const { threshold } = options;
  if (threshold !== undefined) requireNumber("threshold", threshold, "", () => true);

  const matches = (target: Tensor, prediction: Tensor) => {
    if (threshold === undefined && !isBinary(prediction)) {
      return equal(toFloat(argmax(prediction)), targetClass(target, prediction));
    }
    return meanOverLast(equal(less(threshold ?? 0.5, prediction), alignTarget(target, prediction)));
  };
  return meanMetric({
    name,
    config: threshold === undefined ? { name } : { name, threshold },
    direction: "max",
    values: matches,
  });
}
