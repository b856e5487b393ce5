import { equal, select, type Tensor } from "../../graph/index.ts";
import { alignTarget } from "./align-target.ts";

/** Yes and no as 1 and −1, from 1 and 0 or from what they are already. */
export function signsOf(target: Tensor, prediction: Tensor): Tensor {
  const wanted = alignTarget(target, prediction);
  return select(equal(wanted, 0), -1, wanted);
}
