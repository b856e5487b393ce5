import { rejectUnknown } from "../../errors.ts";
import { noTensor } from "../op.ts";
import { resolveAxis, type Shape, Tensor } from "../tensor.ts";

export interface ReduceOptions {
  /** Axes to fold away; negative ones count from the end. @default all */
  readonly axes?: readonly number[];
  /** Keep folded axes with size 1. @default false */
  readonly keepDims?: boolean;
}

/** The axes of a reduction, resolved and in order. */
export function reducedAxes(x: Tensor, options: ReduceOptions, owner: string): number[] {
  if (!(x instanceof Tensor)) throw noTensor(`${owner}()`, x);
  rejectUnknown(`${owner}()`, options, ["axes", "keepDims"]);
  const axes = (options.axes ?? x.shape.map((_, axis) => axis)).map((axis) => resolveAxis(axis, x.rank, owner));
  return [...new Set(axes)].sort((a, b) => a - b);
}

/** The shape without the folded axes. */
export function reducedShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** The shape with size 1 in place of the folded axes. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}
