import { requireNumber } from "../../errors.ts";
import { clip } from "../../graph/index.ts";
import { stateless, type Transformation } from "./transformation.ts";

/** Limits each element of the gradients to [−limit, limit]. */
export function clipByValue(limit: number): Transformation {
  requireNumber("clipValue", limit, "above 0", (x) => x > 0);
  return stateless((gradients) => gradients.map((gradient) => clip(gradient, -limit, limit)));
}
