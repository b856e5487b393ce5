import { explain, ShapeError } from "../../errors.ts";
import { mean, reshape, type Shape, type Tensor, toFloat } from "../../graph/index.ts";

/** The target as float32 in the shape of the prediction; a last axis of size 1 may be missing on either side. */
export function alignTarget(target: Tensor, prediction: { readonly shape: Shape }): Tensor {
  if (same(core(target.shape), core(prediction.shape))) return reshape(toFloat(target), prediction.shape);
  const expected = `targets of shape [${prediction.shape.join(", ")}] like the predictions`;
  throw new ShapeError(explain({ expected, got: `[${target.shape.join(", ")}]` }));
}

/** Mean over the last axis, [batch, …, last] → [batch, …]; [batch] stays as it is. */
export function meanOverLast(values: Tensor): Tensor {
  return values.rank < 2 ? values : mean(values, { axes: [-1] });
}

function core(shape: Shape): Shape {
  return shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
}

function same(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
