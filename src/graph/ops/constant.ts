import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op } from "../op.ts";
import { type DType, requireShape, type Shape, sizeOf, type Tensor } from "../tensor.ts";

export interface ConstantAttributes {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly values: ArrayLike<number>;
}

export const constantOp: Op<ConstantAttributes> = {
  name: "constant",
  pure: false,
  infer: (_inputs, type) => [type],
};

/**
 * A tensor of given numbers, in row-major order. They travel with the program; what changes from run to run is an `input`.
 *
 * @param dtype @default "float32"
 */
export function constant(values: ArrayLike<number>, shape: Shape = [values.length], dtype: DType = "float32"): Tensor {
  requireShape(shape, "the shape of constant()");
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError(
      explain({ expected: `${sizeOf(shape)} values for [${shape.join(", ")}]`, got: `${values.length}` }),
    );
  }
  return applyOne(constantOp, [], { shape, dtype, values });
}

/** The numbers 0, 1, …, size−1 as float32. */
export function iota(size: number): Tensor {
  return constant(Float32Array.from({ length: size }, (_, index) => index));
}
