/** What one step of a training is made of, as symbolic tensors: what a callback can look into. */
import type { NumericArray } from "../data/array.ts";
import type { Tensor } from "../graph/index.ts";

/** A value between layers: [batch, …], and which steps count, [batch, time]. */
export interface Flow {
  readonly tensor: Tensor;
  readonly mask?: Tensor | undefined;
}

export interface Anatomy {
  /** Scalar. */
  readonly loss: Tensor;
  readonly inputs: readonly { readonly name: string; readonly tensor: Tensor }[];
  /** What the loss is made of, output by output; `loss` is a scalar. */
  readonly tasks: readonly {
    readonly output: string;
    readonly target: Tensor;
    readonly prediction: Tensor;
    readonly loss: Tensor;
  }[];
  /** The weights that training changes, `lstm/kernel`, and the layers that they are of. */
  readonly weights: readonly { readonly name: string; readonly layer: string; readonly tensor: Tensor }[];
  /** Uses of layers, each after those that it depends on. */
  readonly uses: readonly {
    readonly layer: string;
    readonly inputs: readonly Flow[];
    readonly outputs: readonly Flow[];
  }[];
  /** Parts of the states of recurrent layers at all steps, [time, batch, size], in the order of the uses. */
  readonly states: readonly {
    readonly layer: string;
    readonly part: string;
    readonly values: Tensor;
    /** Zeros that were added to them: `gradients(loss, [nudges])` is the gradient by the state at each step. */
    readonly nudges: Tensor;
    /** Whether the layer goes from the last step to the first. */
    readonly reverse: boolean;
  }[];
}

/** Tensors to compute of a training step. A function that is given again is compiled once for each shape of batches. */
export type Inspection = (anatomy: Anatomy) => Readonly<Record<string, Tensor>>;

/** Their numbers. */
export type Findings = Readonly<Record<string, NumericArray>>;
