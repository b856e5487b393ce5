import { requireNumber } from "../../errors.ts";
import { div, maximum, mul, sqrt, square, sum } from "../../graph/index.ts";
import { stateless, type Transformation } from "./transformation.ts";

/** Shortens the gradient of each parameter, taken for itself, to a length of at most `limit`. */
export function clipByNorm(limit: number): Transformation {
  requireNumber("clipNorm", limit, "above 0", (x) => x > 0);
  return stateless((gradients) =>
    gradients.map((gradient) => mul(gradient, div(limit, maximum(sqrt(sum(square(gradient))), limit)))),
  );
}
