/** Functions composed of the primitive ops: no engine knows them. */
import { add } from "./ops/add.ts";
import type { Operand } from "./ops/broadcast.ts";
import { div } from "./ops/div.ts";
import { equal } from "./ops/equal.ts";
import { exp } from "./ops/exp.ts";
import { lessEqual } from "./ops/less-equal.ts";
import { log } from "./ops/log.ts";
import { log1p } from "./ops/log1p.ts";
import { max } from "./ops/max.ts";
import { maximum } from "./ops/maximum.ts";
import { minimum } from "./ops/minimum.ts";
import { mul } from "./ops/mul.ts";
import { neg } from "./ops/neg.ts";
import { type ReduceOptions, reducedAxes } from "./ops/reduce-axes.ts";
import { select } from "./ops/select.ts";
import { stopGradient } from "./ops/stop-gradient.ts";
import { sub } from "./ops/sub.ts";
import { sum } from "./ops/sum.ts";
import { toFloat } from "./ops/to-float.ts";
import type { Tensor } from "./tensor.ts";

export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** Mean over `axes` (all by default). */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  const count = reducedAxes(x, options, "mean").reduce((product, axis) => product * x.shape[axis]!, 1);
  return mul(sum(x, options), 1 / count);
}

/** max(x, 0), with gradient 0 at 0; NaN stays NaN. */
export function relu(x: Tensor): Tensor {
  return select(lessEqual(x, 0), 0, x);
}

/** log(1 + eˣ), exact for large and small x. */
export function softplus(x: Tensor): Tensor {
  // At 0 both maxima take the gradient of x, 1, and together they give 1 − ½; abs(x) would give 1 − 0.
  return add(maximum(x, 0), log1p(exp(neg(maximum(x, neg(x))))));
}

/** Limits each element to [low, high]; outside, the gradient is 0. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  return minimum(maximum(x, low), high);
}

/** eˣ / Σ eˣ along the last axis, safe for large x. */
export function softmax(x: Tensor): Tensor {
  const shifted = exp(sub(x, stopGradient(max(x, { axes: [-1], keepDims: true }))));
  return div(shifted, sum(shifted, { axes: [-1], keepDims: true }));
}

/** log softmax along the last axis, without forming the softmax. */
export function logSoftmax(x: Tensor): Tensor {
  const shifted = sub(x, stopGradient(max(x, { axes: [-1], keepDims: true })));
  return sub(shifted, log(sum(exp(shifted), { axes: [-1], keepDims: true })));
}

/** 1 where x is NaN, else 0. */
export function isMissing(x: Tensor): Tensor {
  return sub(1, equal(x, x));
}

/** 1 where the elements differ, else 0; int32 operands welcome. */
export function notEqual(a: Tensor, b: Operand): Tensor {
  return sub(1, equal(toFloat(a), typeof b === "number" ? b : toFloat(b)));
}
