import type { Computation } from "../graph/computation.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Program } from "../program/format.ts";

export interface Compiled {
  readonly program: Program;
  /** The variables that the program reads or writes; their bindings come after those of the inputs. */
  readonly variables: readonly Tensor[];
}

export declare function compile(computation: Computation): Compiled;
