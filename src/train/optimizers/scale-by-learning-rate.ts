import { mul, neg } from "../../graph/index.ts";
import { stateless, type Transformation } from "./transformation.ts";

/** −learningRate · update: the step downhill. */
export function scaleByLearningRate(): Transformation {
  return stateless((updates, _parameters, { learningRate }) => updates.map((update) => neg(mul(learningRate, update))));
}
