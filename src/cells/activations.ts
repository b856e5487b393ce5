/** Activation functions by name, elementwise unless said otherwise. */
import { reshape, sigmoid, type Tensor, tanh } from "../graph/index.ts";

export type ActivationFunction = (x: Tensor) => Tensor;

/** All of them: those here and those of `rare-activations.ts`. */
export const activationNames = [
  "linear",
  "sigmoid",
  "hardSigmoid",
  "hardSigmoidLegacy",
  "tanh",
  "hardTanh",
  "relu",
  "relu6",
  "leakyRelu",
  "elu",
  "selu",
  "silu",
  "mish",
  "softplus",
  "softsign",
  "exponential",
  "softmax",
  "logSoftmax",
] as const;

export type ActivationName = (typeof activationNames)[number];

/** What cells have unless they are told otherwise, and `dense`. */
const common = {
  /** x */
  linear: (x: Tensor) => x,
  /** 1 / (1 + e⁻ˣ) */
  sigmoid,
  tanh,
} satisfies { readonly [Name in ActivationName]?: ActivationFunction };

export type RareActivationName = Exclude<ActivationName, keyof typeof common>;

/** The common ones, and all once they are loaded. */
let known: { readonly [Name in ActivationName]?: ActivationFunction } = common;
let isAsked = false;

/** Gets the functions that were asked for. Call it before layers are traced. */
export async function loadActivations(): Promise<void> {
  if (isAsked && known === common) known = { ...common, ...(await import("./rare-activations.ts")).rareActivations };
}

/** Which activation made a tensor, and of what. */
export interface Activated {
  readonly activation: ActivationName;
  readonly logits: Tensor;
}

const activated = new WeakMap<Tensor, Activated>();

/** The function of that name, for when it is loaded. It remembers what it was applied to; see `logitsOf`. */
export function activationFunction(activation: ActivationName): ActivationFunction {
  isAsked ||= !(activation in common);
  return (logits) => {
    const y = known[activation]!(logits);
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
