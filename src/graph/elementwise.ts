/** Elementwise ops: a function of numbers becomes an op on tensors of one shape, and the function that applies it. */
import { applyOne, type ElementwiseName, noTensor, type Op, requireDType, requireEqualShapes } from "./op.ts";
import { broadcastShape, broadcastTo, type Operand } from "./ops/broadcast.ts";
import { full } from "./ops/full.ts";
import { type DType, Tensor } from "./tensor.ts";

/** The number of inputs, output dtype and rules of an elementwise op. */
export interface ElementwiseRule {
  readonly name: ElementwiseName;
  /** Defines the op, one element at a time. int32 values arrive as whole numbers. */
  readonly scalar: (...values: number[]) => number;
  /** What the inputs must be. @default "float32" */
  readonly from?: DType;
  /** What the output is. @default "float32" */
  readonly to?: DType;
  /** dLoss/dInput for each input, from that of the output. @default zero */
  gradient?(cotangent: Tensor, output: Tensor, ...inputs: Tensor[]): readonly (Tensor | undefined)[];
}

/** Applies an op to one tensor. */
export interface Unary {
  (x: Tensor): Tensor;
  readonly op: Op<null>;
}

/** Applies an op to two operands, whose shapes broadcast. */
export interface Binary {
  (a: Operand, b: Operand): Tensor;
  readonly op: Op<null>;
}

export function unary(rule: ElementwiseRule): Unary {
  const op = elementwise(rule);
  return Object.assign((x: Tensor) => applyOne(op, [x], null), { op });
}

export function binary(rule: ElementwiseRule): Binary {
  const op = elementwise(rule);
  return Object.assign((a: Operand, b: Operand) => applyBroadcast(op, [a, b]), { op });
}

/** An op whose output has the shape of its inputs, which must all have the same shape. */
export function elementwise({ name, scalar, from = "float32", to = "float32", gradient }: ElementwiseRule): Op<null> {
  const owner = `${name}()`;
  return {
    name,
    pure: true,
    scalar,
    infer(inputs) {
      for (let i = 0; i < inputs.length; i++) requireDType(inputs[i]!, from, owner);
      return [{ shape: requireEqualShapes(inputs, owner), dtype: to }];
    },
    ...(gradient && {
      gradient: ({ cotangents, inputs, outputs }) => gradient(cotangents[0]!, outputs[0]!, ...inputs),
    }),
  };
}

/** Applies an elementwise op after bringing its operands to one shape. */
export function applyBroadcast(op: Op<null>, operands: readonly Operand[]): Tensor {
  const shapes = operands.map((operand) => (operand instanceof Tensor ? operand.shape : []));
  const shape = broadcastShape(shapes, op.name);
  const inputs = operands.map((x) => {
    if (x instanceof Tensor) return broadcastTo(x, shape);
    if (typeof x === "number") return full(shape, x);
    throw noTensor(`${op.name}()`, x, "tensors and numbers");
  });
  return applyOne(op, inputs, null);
}
