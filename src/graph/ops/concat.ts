import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { resolveAxis, sameShape, showShape, type Tensor, withSize } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { splitInto } from "./split.ts";

export interface ConcatAttributes {
  readonly axis: number;
}

export const concatOp: Op<ConcatAttributes> = {
  name: "concat",
  pure: true,
  infer(inputs, { axis }) {
    const first = inputs[0]!;
    const others = (x: Tensor) => x.shape.filter((_, i) => i !== axis);
    if (!inputs.every((x) => x.dtype === first.dtype && sameShape(others(x), others(first)) && x.rank === first.rank)) {
      const got = inputs.map((x) => `${x.dtype} ${showShape(x.shape)}`).join(" and ");
      throw new ShapeError(explain({ expected: `concat() to get tensors that differ along axis ${axis} alone`, got }));
    }
    const size = inputs.reduce((total, x) => total + x.shape[axis]!, 0);
    return [{ shape: withSize(first.shape, axis, size), dtype: first.dtype }];
  },
  // Each input takes its part of the gradient.
  gradient({ inputs, attributes: { axis }, cotangents: [cotangent] }) {
    const sizes = inputs.map((x) => x.shape[axis]!);
    return splitInto(cotangent!, sizes, axis);
  },
};

/** Tensors side by side along `axis`. @param axis @default -1 */
export function concat(inputs: readonly Tensor[], axis = -1): Tensor {
  const first = inputs[0];
  if (first === undefined) throw new ShapeError(explain({ expected: "concat() to get tensors", got: "none" }));
  return inputs.length === 1 ? first : applyOne(concatOp, inputs, { axis: resolveAxis(axis, first.rank, "concat") });
}

/** Tensors of one shape along a new axis. @param axis @default 0 */
export function stack(inputs: readonly Tensor[], axis = 0): Tensor {
  const rank = (inputs[0]?.rank ?? 0) + 1;
  const at = resolveAxis(axis, rank, "stack");
  return concat(
    inputs.map((x) => reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
}
