import { requireNumber } from "../../errors.ts";
import { add, div, maximum, mul, sqrt, square, sum, type Tensor } from "../../graph/index.ts";
import { stateless, type Transformation } from "./transformation.ts";

/** Shortens all gradients by one factor, so that their common length is at most `limit` (Pascanu et al. 2013). */
export function clipByGlobalNorm(limit: number): Transformation {
  requireNumber("globalClipNorm", limit, "above 0", (x) => x > 0);
  return stateless((gradients) => {
    const scale = div(limit, maximum(globalNorm(gradients), limit));
    return gradients.map((gradient) => mul(gradient, scale));
  });
}

/** √Σ g² over all elements of all tensors, as a scalar. */
export function globalNorm(tensors: readonly Tensor[]): Tensor {
  return sqrt(tensors.map((tensor) => sum(square(tensor))).reduce((total, part) => add(total, part)));
}
