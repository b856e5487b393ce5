import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op, requireDType } from "../op.ts";
import { showShape, type Tensor } from "../tensor.ts";
import { scatterAdd } from "./scatter-add.ts";

export const gatherOp: Op<null> = {
  name: "gather",
  pure: true,
  infer([table, indices]) {
    requireDType(indices!, "int32", "the indices of gather()");
    if (table!.rank === 2) return [{ shape: [...indices!.shape, table!.shape[1]!], dtype: table!.dtype }];
    throw new ShapeError(explain({ expected: "a table [rows, width] for gather()", got: showShape(table!.shape) }));
  },
  // A row used many times takes the sum of its gradients.
  gradient: ({ inputs: [table, indices], cotangents: [cotangent] }) => [
    scatterAdd(cotangent!, indices!, table!.shape[0]!),
    undefined,
  ],
};

/** Rows of a table: table [rows, width] and indices [...] of int32 give [..., width]. An index outside gives NaN. */
export function gather(table: Tensor, indices: Tensor): Tensor {
  return applyOne(gatherOp, [table, indices], null);
}
