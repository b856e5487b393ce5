import { explain, requireInteger, ShapeError } from "../../errors.ts";
import { applyOne, type Op, requireDType } from "../op.ts";
import { sameShape, showShape, type Tensor } from "../tensor.ts";
import { gather } from "./gather.ts";
import { less } from "./less.ts";
import { lessEqual } from "./less-equal.ts";
import { mul } from "./mul.ts";
import { reshape } from "./reshape.ts";
import { select } from "./select.ts";
import { toFloat } from "./to-float.ts";

export const scatterAddOp: Op<{ readonly rows: number }> = {
  name: "scatterAdd",
  pure: true,
  infer([x, indices], { rows }) {
    requireDType(indices!, "int32", "the indices of scatterAdd()");
    requireDType(x!, "float32", "the values of scatterAdd()");
    if (x!.rank > 0 && sameShape(x!.shape.slice(0, -1), indices!.shape)) {
      return [{ shape: [rows, x!.shape.at(-1)!], dtype: "float32" }];
    }
    const got = `${showShape(x!.shape)} and ${showShape(indices!.shape)}`;
    throw new ShapeError(explain({ expected: "values [..., width] and indices [...] for scatterAdd()", got }));
  },
  // Each summand takes the gradient of the row that it was added to; one whose index is outside was never added.
  gradient({ inputs: [, indices], attributes: { rows }, cotangents: [cotangent] }) {
    const row = reshape(toFloat(indices!), [...indices!.shape, 1]);
    return [select(mul(lessEqual(0, row), less(row, rows)), gather(cotangent!, indices!), 0), undefined];
  },
};

/** A table [rows, width] of zeros to which x [..., width] is added at the rows that indices [...] name. */
export function scatterAdd(x: Tensor, indices: Tensor, rows: number): Tensor {
  requireInteger("rows", rows, 0);
  return applyOne(scatterAddOp, [x, indices], { rows });
}
