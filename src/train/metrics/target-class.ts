import { argmax, type Tensor, toFloat } from "../../graph/index.ts";
import { alignClasses } from "../losses/probability.ts";

/** Class numbers [batch, …] as float32, from class numbers or from one-hot rows in the shape of the prediction. */
export function targetClass(target: Tensor, prediction: Tensor): Tensor {
  const isOneHot = target.rank === prediction.rank && target.shape.at(-1) === prediction.shape.at(-1);
  return toFloat(isOneHot ? argmax(toFloat(target)) : alignClasses(target, prediction));
}

/** True when predictions [batch, …, n] hold one yes-or-no answer rather than a choice among classes. */
export function isBinary(prediction: Tensor): boolean {
  return prediction.rank < 2 || prediction.shape.at(-1) === 1;
}
