import { applyOne, type Op } from "../op.ts";
import { type DType, requireShape, type Shape, type Tensor } from "../tensor.ts";
import type { InputAttributes } from "./input.ts";

export const variableOp: Op<InputAttributes> = {
  name: "variable",
  pure: false,
  infer: (_inputs, type) => [type],
};

/**
 * A tensor whose numbers outlive a run: a weight, an optimizer's moment, the state of a stateful layer. A computation may
 * end by giving it new numbers.
 *
 * @param dtype @default "float32"
 */
export function variable(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  requireShape(shape, `the shape of variable ${name}`);
  return applyOne(variableOp, [], { name, shape, dtype });
}
