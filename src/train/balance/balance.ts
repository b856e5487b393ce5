/** How the losses of several outputs, tasks of one model, become one number for training to make small. */
import type { Computation, Tensor } from "../../graph/index.ts";
import type { Config } from "../config.ts";
import type { UpdateContext } from "../optimizers/transformation.ts";

export interface Task {
  readonly output: string;
  /** What its loss says about noise: crossentropies are of classes, all others of numbers. */
  readonly kind: "regression" | "classification";
  /** Scalar. */
  readonly loss: Tensor;
}

/** A variable of a balance: one number for each task. */
export interface BalanceVariable {
  readonly name: string;
  readonly initial: number;
  /** Whether it descends with the weights of the model, by the same optimizer; else `update` gives it new numbers. */
  readonly trained: boolean;
}

export interface BalanceContext extends UpdateContext {
  /** Weights of the layer of that name, or of the last one that all outputs depend on. */
  shared(layer: string | undefined): readonly Tensor[];
}

export interface Balance {
  readonly name: string;
  readonly config: Config;
  readonly variables: readonly BalanceVariable[];
  /** The joint loss, and what each task's loss is multiplied by in it: [tasks]. `variables` are [tasks] each. */
  combine(tasks: readonly Task[], variables: readonly Tensor[]): { readonly loss: Tensor; readonly weights: Tensor };
  /** New numbers for the variables that are not trained. */
  update?(tasks: readonly Task[], variables: readonly Tensor[], context: BalanceContext): Computation["updates"];
}

export function isBalance(given: unknown): given is Balance {
  return typeof given === "object" && given !== null && typeof (given as { combine?: unknown }).combine === "function";
}
