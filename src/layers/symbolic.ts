import { explain, rejectUnknown, requireChoice, ShapeError, show } from "../errors.ts";
import type { DType } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { ValueType } from "./value.ts";

/** One use of a layer: from symbolic tensors to symbolic tensors. */
export interface Application {
  readonly layer: Layer<unknown>;
  readonly inputs: readonly SymbolicTensor[];
  /** The state to begin with, for a recurrent layer. */
  readonly initialState: readonly SymbolicTensor[];
  /** Which steps of the first input count, [time]; it takes the place of the input's own mask. */
  readonly mask: SymbolicTensor | undefined;
  readonly outputs: readonly SymbolicTensor[];
}

/** A value of a model that is being put together: an input, or an output of a layer. It has no batch axis. */
export class SymbolicTensor implements ValueType {
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
  /** The use of a layer that makes it; `undefined` for an input. */
  readonly application: Application | undefined;
  /** Name of an input, if it was given one. */
  readonly name: string | undefined;

  constructor(type: ValueType, application?: Application, name?: string) {
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.application = application;
    this.name = name;
  }
}

export interface InputOptions {
  /** Sizes without the batch axis; `null` for any number of time steps: `[null, 8]`. */
  readonly shape: readonly (number | null)[];
  /** `"int32"` for ids. @default "float32" */
  readonly dtype?: DType;
  /** The key of its data when a model has several inputs. @default "input", "input_1", … */
  readonly name?: string;
}

/** An input of a model. */
export function input(options: InputOptions): SymbolicTensor {
  rejectUnknown("input()", options, ["shape", "dtype", "name"]);
  const { shape, dtype = "float32", name } = options;
  requireValueShape("shape", shape);
  requireChoice("dtype", dtype, ["float32", "int32"]);
  return new SymbolicTensor({ shape, dtype }, undefined, name);
}

/** Throws unless `shape` is a list of positive sizes, with `null` at most on its first axis. */
export function requireValueShape(name: string, shape: unknown): asserts shape is readonly (number | null)[] {
  const isSize = (size: unknown, axis: number) =>
    (size === null && axis === 0) || (typeof size === "number" && Number.isInteger(size) && size >= 1);
  if (Array.isArray(shape) && shape.every(isSize)) return;
  throw new ShapeError(
    explain({
      expected: `\`${name}\` to be sizes without the batch axis, like [10, 5] or [null, 5]`,
      got: show(shape),
      remedy: "null stands for any number of time steps and may only come first",
    }),
  );
}
