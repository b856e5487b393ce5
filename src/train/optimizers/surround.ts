/** What any optimizer can be told to do around its own descent. It loads with the lists of names where one is told so. */
import { accumulateGradients } from "./accumulate-gradients.ts";
import { averageParameters } from "./average-parameters.ts";
import { chain } from "./chain.ts";
import { clipByGlobalNorm } from "./clip-by-global-norm.ts";
import { clipByNorm } from "./clip-by-norm.ts";
import { clipByValue } from "./clip-by-value.ts";
import { decayWeights } from "./decay-weights.ts";
import type { Optimizer, OptimizerOptions } from "./optimizer.ts";
import type { Transformation } from "./transformation.ts";

const clippings = { clipValue: clipByValue, clipNorm: clipByNorm, globalClipNorm: clipByGlobalNorm };

/** Options that were checked, with at most one kind of clipping. */
export type Surroundings = Omit<OptimizerOptions, "learningRate">;

/** Clipping before a descent, weight decay behind it, accumulation around all of that; averages of what comes out. */
export function surround(
  descent: Transformation,
  options: Surroundings,
): Required<Pick<Optimizer, "transformation">> & Pick<Optimizer, "averages"> {
  const { weightDecay, gradientAccumulationSteps: steps = 1, emaMomentum } = options;
  const kinds = Object.keys(clippings) as (keyof typeof clippings)[];
  const whole = chain(
    ...kinds.flatMap((kind) => (options[kind] === undefined ? [] : [clippings[kind](options[kind])])),
    descent,
    ...(weightDecay === undefined ? [] : [decayWeights(weightDecay)]),
  );
  return {
    transformation: steps === 1 ? whole : accumulateGradients(whole, steps),
    ...(emaMomentum !== undefined && { averages: averageParameters(emaMomentum, steps) }),
  };
}
