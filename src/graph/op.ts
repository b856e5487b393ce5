/**
 * What an op is: a shape rule and a gradient rule. One op, one file in `ops/`. Rules are pure functions from tensors to
 * tensors; what an op computes is said by its documentation and, in numbers, by the reference engine.
 */
import { explain, OptionError, ShapeError, show } from "../errors.ts";
import { type DType, type Node, type Shape, sameShape, showShape, Tensor, type TensorType } from "./tensor.ts";

/** What a gradient rule is given. */
export interface GradientContext<A> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly attributes: A;
  /** dLoss/dOutput for each output, at least one; `undefined` where the loss does not depend on it. */
  readonly cotangents: readonly (Tensor | undefined)[];
  /** Which inputs need a gradient; a rule may skip the others. */
  readonly wanted: readonly boolean[];
}

export interface Op<A = unknown> {
  readonly name: string;
  /** Types of the outputs; throws a `ShapeError` that names the remedy when inputs do not fit. */
  infer(inputs: readonly Tensor[], attributes: A): readonly TensorType[];
  /** dLoss/dInput for each input, or `undefined` where it is zero. @default zero for all */
  gradient?(context: GradientContext<A>): readonly (Tensor | undefined)[];
  /** For elementwise ops: the function of one element of each input. It defines the op for every engine. */
  readonly scalar?: (...values: number[]) => number;
  /** True when all attributes are plain data, so that equal applications are one value (`random` and sources are not). */
  readonly pure: boolean;
}

let nextId = 0;

/** Applies an op: infers the output types and returns the output tensors. */
export function apply<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): readonly Tensor[] {
  for (const x of inputs) if (!(x instanceof Tensor)) throw noTensor(`${op.name}()`, x);
  const types = op.infer(inputs, attributes);
  const outputs = new Array<Tensor>(types.length);
  const node: Node<A> = { id: nextId++, op, inputs, attributes, outputs, met: 0 };
  for (let index = 0; index < types.length; index++) outputs[index] = new Tensor(node as Node, index, types[index]!);
  return outputs;
}

/** The error for what stands in the place of a tensor: a name that a record does not have, for one. */
export function noTensor(owner: string, got: unknown, wanted = "tensors"): OptionError {
  return new OptionError(explain({ expected: `${owner} to get ${wanted}`, got: show(got) }));
}

/** Applies an op with one output. */
export function applyOne<A>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return apply(op, inputs, attributes)[0]!;
}

/** Throws unless `x` has the dtype that `owner` works on. */
export function requireDType(x: Tensor, dtype: DType, owner: string): void {
  if (x.dtype === dtype) return;
  const remedy = `convert it with ${dtype === "float32" ? "toFloat" : "toInt"}()`;
  throw new ShapeError(explain({ expected: `${dtype} for ${owner}`, got: x.dtype, remedy }));
}

/** The shape that all of `inputs` have, or throws. */
export function requireEqualShapes(inputs: readonly Tensor[], owner: string): Shape {
  const { shape } = inputs[0]!;
  let isEqual = true;
  for (let i = 1; i < inputs.length; i++) isEqual &&= sameShape(inputs[i]!.shape, shape);
  if (isEqual) return shape;
  const got = inputs.map((x) => showShape(x.shape)).join(" and ");
  throw new ShapeError(explain({ expected: `${owner} to get equal shapes`, got }));
}

/**
 * The elementwise ops that engines know: everything else of that kind is composed of them.
 * Comparisons give 1 or 0, and 0 when an operand is NaN; `select` takes its second operand where the first is not 0.
 * Their order is that of their numbers in `kernels/elementwise.h`.
 */
export const elementwiseNames = [
  "exp",
  "log",
  "log1p",
  "tanh",
  "sigmoid",
  "sin",
  "cos",
  "pow",
  "neg",
  "abs",
  "sign",
  "floor",
  "sqrt",
  "toFloat",
  "toInt",
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
  "less",
  "lessEqual",
  "equal",
  "select",
] as const;
export type ElementwiseName = (typeof elementwiseNames)[number];
