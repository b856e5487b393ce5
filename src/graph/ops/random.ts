import { explain, requireInteger, ShapeError } from "../../errors.ts";
import { applyOne, type Op, requireDType } from "../op.ts";
import { requireShape, type Shape, sameShape, showShape, type Tensor } from "../tensor.ts";
import { cos } from "./cos.ts";
import { log } from "./log.ts";
import { mul } from "./mul.ts";
import { sqrt } from "./sqrt.ts";
import { sub } from "./sub.ts";

export const randomOp: Op<{ readonly shape: Shape; readonly stream: number }> = {
  name: "random",
  pure: true,
  infer([key], { shape }) {
    requireDType(key!, "int32", "the key of uniform()");
    if (sameShape(key!.shape, [2])) return [{ shape, dtype: "float32" }];
    throw new ShapeError(explain({ expected: "a key of two int32 words for uniform()", got: showShape(key!.shape) }));
  },
};

/**
 * Uniform numbers in [0, 1) with 24 random bits. They depend on nothing but the key (two int32 words), the stream and
 * their position: the same on every engine and for any number of threads (Philox 4x32-10, Salmon et al. 2011).
 */
export function uniform(key: Tensor, stream: number, shape: Shape): Tensor {
  requireInteger("stream", stream, 0);
  requireShape(shape, "the shape of uniform()");
  return applyOne(randomOp, [key], { shape, stream });
}

/** Standard normal numbers from two uniform streams, 2·stream and 2·stream + 1 (Box & Muller 1958). */
export function normal(key: Tensor, stream: number, shape: Shape): Tensor {
  const radius = sqrt(mul(-2, log(sub(1, uniform(key, 2 * stream, shape)))));
  return mul(radius, cos(mul(2 * Math.PI, uniform(key, 2 * stream + 1, shape))));
}
