/** Activation functions by name, elementwise unless said otherwise. The table is the only list. */
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
  reshape,
  select,
  sigmoid,
  softmax,
  softplus,
  sub,
  type Tensor,
  tanh,
} from "../graph/index.ts";

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

const table = {
  /** x */
  linear: (x) => x,
  /** 1 / (1 + e⁻ˣ) */
  sigmoid,
  /** relu6(x + 3) / 6: 0 below −3, 1 above 3, as in Keras 3. */
  hardSigmoid: (x) => div(limit(add(x, 3), 0, 6), 6),
  /** clip(0.2 x + 0.5, 0, 1), the hard sigmoid of Keras 1 and 2. */
  hardSigmoidLegacy: (x) => clip(add(mul(x, 0.2), 0.5), 0, 1),
  tanh,
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
} satisfies Record<string, (x: Tensor) => Tensor>;

export type ActivationName = keyof typeof table;
export type ActivationFunction = (x: Tensor) => Tensor;

export const activationNames = Object.keys(table) as readonly ActivationName[];

/** Which activation made a tensor, and of what. */
export interface Activated {
  readonly activation: ActivationName;
  readonly logits: Tensor;
}

const activated = new WeakMap<Tensor, Activated>();

/** The function of that name. It remembers what it was applied to; see `logitsOf`. */
export function activationFunction(activation: ActivationName): ActivationFunction {
  return (logits) => {
    const y = table[activation](logits);
    if (y !== logits) activated.set(y, { activation, logits });
    return y;
  };
}

/**
 * The input of the activation that `y` comes from, of y's shape, if one was applied last: losses that know it are exact
 * where the activation saturates. It sees through reshapes that keep the last axis, over which a softmax goes.
 */
export function logitsOf(y: Tensor): Activated | undefined {
  const known = activated.get(y);
  if (known !== undefined || y.node.op.name !== "reshape") return known;
  const inner = y.node.inputs[0]!;
  const found = inner.shape.at(-1) === y.shape.at(-1) ? logitsOf(inner) : undefined;
  return found && { activation: found.activation, logits: reshape(found.logits, y.shape) };
}
