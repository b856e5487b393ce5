import { applyOne, type Op } from "../op.ts";
import { type DType, requireShape, type Shape, type Tensor } from "../tensor.ts";

export interface InputAttributes {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

export const inputOp: Op<InputAttributes> = {
  name: "input",
  pure: false,
  infer: (_inputs, type) => [type],
};

/**
 * A tensor whose numbers are given at each run; also the parameters of a scan's step.
 *
 * @param dtype @default "float32"
 */
export function input(name: string, shape: Shape, dtype: DType = "float32"): Tensor {
  requireShape(shape, `the shape of input ${name}`);
  return applyOne(inputOp, [], { name, shape, dtype });
}
