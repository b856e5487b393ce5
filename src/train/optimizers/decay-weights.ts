import { requireNumber } from "../../errors.ts";
import { mul, sub } from "../../graph/index.ts";
import { stateless, type Transformation } from "./transformation.ts";

/**
 * Shrinks parameters by learningRate · rate · parameter in addition to the update: decay apart from the gradient's
 * history (Loshchilov & Hutter 2019). It belongs behind the learning rate.
 */
export function decayWeights(rate: number): Transformation {
  requireNumber("weightDecay", rate, "of at least 0", (x) => x >= 0);
  return stateless((updates, parameters, { learningRate }) =>
    updates.map((update, i) => sub(update, mul(parameters[i]!, mul(rate, learningRate)))),
  );
}
