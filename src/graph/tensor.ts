/**
 * Symbolic tensors. A `Tensor` holds no numbers: it is a shape, a dtype and the node that makes it. Arithmetic on tensors
 * only grows a graph, which the compiler turns into a program; memory is planned there and never the user's business.
 */
import { explain, ShapeError } from "../errors.ts";
import type { Op } from "./op.ts";

export type DType = "float32" | "int32";
export type Shape = readonly number[];

export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** One application of an op. Nodes are immutable and never know their consumers. */
export interface Node<A = unknown> {
  /** Grows with creation, so that sorting by `id` is a topological order. */
  readonly id: number;
  readonly op: Op<A>;
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly Tensor[];
  /** The last walk that came by: the one thing that changes. */
  met: number;
}

export class Tensor implements TensorType {
  readonly node: Node;
  /** Which output of `node` this is. */
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(node: Node, index: number, type: TensorType) {
    this.node = node;
    this.index = index;
    this.shape = type.shape;
    this.dtype = type.dtype;
  }

  get rank(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }
}

// What follows is asked thousands of times while a model compiles, most of that before any code is warm: plain loops take
// no call and no object for each axis.

/** Number of elements of a shape; 1 for a scalar `[]`. */
export function sizeOf(shape: Shape): number {
  let product = 1;
  for (let axis = 0; axis < shape.length; axis++) product *= shape[axis]!;
  return product;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

/** `[32, 24, 7]`, for messages. */
export function showShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The shape with another size along one axis. */
export function withSize(shape: Shape, axis: number, size: number): Shape {
  return shape.map((before, i) => (i === axis ? size : before));
}

/** Elements to skip for one step along each axis of a contiguous row-major array. */
export function contiguousStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Turns a possibly negative axis into one counted from the front, or throws. */
export function resolveAxis(axis: number, rank: number, owner: string): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && resolved >= 0 && resolved < rank) return resolved;
  throw new ShapeError(
    explain({
      expected: `an axis of ${owner} between ${-rank} and ${rank - 1}`,
      got: `${axis} for a tensor of rank ${rank}`,
    }),
  );
}

/** Asserts that `shape` is a list of non-negative integers. */
export function requireShape(shape: Shape, owner: string): void {
  let isValid = true;
  for (let axis = 0; axis < shape.length; axis++) isValid &&= Number.isInteger(shape[axis]) && shape[axis]! >= 0;
  if (isValid) return;
  throw new ShapeError(explain({ expected: `${owner} to have whole, non-negative sizes`, got: showShape(shape) }));
}
