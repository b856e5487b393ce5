import { rejectUnknown, requireInteger } from "../../errors.ts";
import { less, mul, reshape, select, sum, type Tensor } from "../../graph/index.ts";
import { oneHot, requireClasses } from "../losses/probability.ts";
import { meanMetric } from "./mean-metric.ts";
import type { Metric } from "./metric.ts";
import { targetClass } from "./target-class.ts";

export interface TopKAccuracyOptions {
  /** How many of the best classes may hold the true one. @default 5 */
  readonly k?: number;
}

/** Share of predictions in which fewer than `k` classes were preferred to the true one. */
export function topKAccuracy(options: TopKAccuracyOptions = {}): Metric {
  const name = "topKAccuracy";
  rejectUnknown(`${name}()`, options, ["k"]);
  const { k = 5 } = options;
  requireInteger("k", k, 1);

  const matches = (target: Tensor, prediction: Tensor) => {
    requireClasses(prediction, `${name}()`);
    const isTrue = oneHot(targetClass(target, prediction), prediction.shape.at(-1)!);
    const ofTrue = sum(select(isTrue, prediction, 0), { axes: [-1] });
    const preferred = sum(less(reshape(ofTrue, [...ofTrue.shape, 1]), prediction), { axes: [-1] });
    // A target outside the classes is never right.
    return mul(less(preferred, k), sum(isTrue, { axes: [-1] }));
  };
  return meanMetric({
    name,
    config: { name, k },
    direction: "max",
    values: matches,
  });
}
