import { explain, OptionError, rejectUnknown, ShapeError, show } from "../../errors.ts";
import { constant, maximum, mul, sub, type Tensor } from "../../graph/index.ts";
import { alignTarget, meanOverLast } from "./align-target.ts";
import type { Loss } from "./loss.ts";

export interface PinballOptions {
  /** The quantiles that the last axis of the prediction stands for, each between 0 and 1. @default [0.1, 0.5, 0.9] */
  readonly quantiles?: readonly number[];
}

/**
 * Mean over quantiles q of max(q·e, (q − 1)·e), e = target − prediction, whose minimum is the quantile (Koenker & Bassett
 * 1978). Predictions are [batch, …, quantiles], targets [batch, …] or [batch, …, 1]. A single quantile may be predicted
 * in the shape of the target.
 */
export function pinball(options: PinballOptions = {}): Loss {
  const name = "pinball";
  rejectUnknown(`${name}()`, options, ["quantiles"]);
  const { quantiles = [0.1, 0.5, 0.9] } = options;
  if (!Array.isArray(quantiles) || quantiles.length === 0 || !quantiles.every((q) => q > 0 && q < 1)) {
    const expected = "`quantiles` to be numbers between 0 and 1";
    throw new OptionError(explain({ expected, got: show(quantiles), remedy: "the median is 0.5" }));
  }

  const alignQuantiles = (target: Tensor, prediction: Tensor): Tensor => {
    if (quantiles.length === 1) return alignTarget(target, prediction);
    if (prediction.rank >= 2 && prediction.shape.at(-1) === quantiles.length) {
      const perQuantile = [...prediction.shape.slice(0, -1), 1];
      return alignTarget(target, { shape: perQuantile });
    }
    const expected = `predictions [batch, …, ${quantiles.length} quantiles]`;
    const remedy = `give the last layer ${quantiles.length} units, or the loss other quantiles`;
    throw new ShapeError(explain({ expected, got: `[${prediction.shape.join(", ")}]`, remedy }));
  };
  return {
    name,
    config: { name, quantiles },
    targetDType: "float32",
    fromLogits: false,
    values(target, prediction) {
      const error = sub(alignQuantiles(target, prediction), prediction);
      const levels = constant(quantiles);
      return meanOverLast(maximum(mul(levels, error), mul(sub(levels, 1), error)));
    },
  };
}
