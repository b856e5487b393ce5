/** Activation functions that no layer has unless it is told to; they load before the first that was. */
import {
  abs,
  add,
  clip,
  div,
  exp,
  less,
  logSoftmax,
  maximum,
  minimum,
  mul,
  relu,
  select,
  sigmoid,
  softmax,
  softplus,
  sub,
  type Tensor,
  tanh,
} from "../graph/index.ts";
import type { ActivationFunction, RareActivationName } from "./activations.ts";

/** Scale and alpha of Klambauer et al. 2017, for which activations keep mean 0 and variance 1. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** eˣ − 1 below 0 without overflow above: what `elu` and `selu` use there. */
function expBelowZero(x: Tensor): Tensor {
  return sub(exp(minimum(x, 0)), 1);
}

/** x between `low` and `high`. At both the slope is 0, as it is in PyTorch and TensorFlow; that of `clip` is 1 there. */
function limit(x: Tensor, low: number, high: number): Tensor {
  return minimum(high, maximum(low, x));
}

export const rareActivations = {
  /** relu6(x + 3) / 6: 0 below −3, 1 above 3, as in Keras 3. */
  hardSigmoid: (x) => div(limit(add(x, 3), 0, 6), 6),
  /** clip(0.2 x + 0.5, 0, 1), the hard sigmoid of Keras 1 and 2. */
  hardSigmoidLegacy: (x) => clip(add(mul(x, 0.2), 0.5), 0, 1),
  /** clip(x, −1, 1) */
  hardTanh: (x) => limit(x, -1, 1),
  /** max(x, 0) */
  relu,
  /** min(max(x, 0), 6) */
  relu6: (x) => limit(x, 0, 6),
  /** x above 0, 0.2 x below, with slope 0.2 at 0 */
  leakyRelu: (x) => maximum(mul(x, 0.2), x),
  /** x above 0, eˣ − 1 below (Clevert et al. 2016) */
  elu: (x) => select(less(0, x), x, expBelowZero(x)),
  /** Scaled `elu` (Klambauer et al. 2017) */
  selu: (x) => mul(SELU_SCALE, select(less(0, x), x, mul(SELU_ALPHA, expBelowZero(x)))),
  /** x · sigmoid(x), also called swish */
  silu: (x) => mul(x, sigmoid(x)),
  /** x · tanh(softplus(x)) (Misra 2019) */
  mish: (x) => mul(x, tanh(softplus(x))),
  softplus,
  /** x / (1 + |x|) */
  softsign: (x) => div(x, add(1, abs(x))),
  exponential: exp,
  /** eˣ / Σ eˣ over the last axis */
  softmax,
  /** log softmax over the last axis */
  logSoftmax,
} satisfies { readonly [Name in RareActivationName]: ActivationFunction };
