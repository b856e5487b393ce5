import type { Shape, Tensor } from "../graph/index.ts";
import { generatorOf, type Initializer } from "./initializers/index.ts";
import type { Generate } from "./initializers/initializer.ts";

/** A weight before it exists. */
export interface WeightSpec {
  readonly shape: Shape;
  readonly initializer: Initializer | Generate;
  /** False for numbers that training never changes, such as the reservoir of an echo-state network. @default true */
  readonly trainable?: boolean;
}

/** Weights by name, in the order of `getWeights`; `undefined` for one that the options switch off. */
export type WeightSpecs = Readonly<Record<string, WeightSpec | undefined>>;

/** The tensors of weights, by the same names. */
export type WeightTensors<W extends WeightSpecs> = {
  readonly [K in keyof W]: undefined extends W[K] ? Tensor | undefined : Tensor;
};

/** How the first numbers of a weight are drawn. */
export function generate(spec: WeightSpec): Generate {
  return typeof spec.initializer === "function" ? spec.initializer : generatorOf(spec.initializer);
}
