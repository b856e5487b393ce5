/** The weights of a model for callbacks: all of them at once, by name. */
import { explain, ShapeError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import { AVERAGE } from "../train/optimizers/average-parameters.ts";
import type { WeightAccess, Weights } from "../train/trainee.ts";
import type { Network } from "./network.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";
import type { Training } from "./training.ts";

export function weightsOf({ network, parameters, optimizerState }: Training): WeightAccess {
  const averages = optimizerState.filter(({ slot }) => slot === AVERAGE);
  return {
    get: () => named(network.weights.map(({ path, variable }) => [path, variable])),
    set: (weights) => setWeights(network, weights),
    averages: () =>
      averages.length === 0
        ? undefined
        : named(averages.map(({ parameter, variable }) => [parameters[parameter!]!.path, variable])),
  };
}

function named(variables: readonly (readonly [string, Tensor])[]): Weights {
  return Object.fromEntries(
    variables.map(([path, variable]) => [path, { shape: variable.shape, data: readNumbers(variable) }]),
  );
}

function setWeights(network: Network, weights: Weights): void {
  for (const { path, variable } of network.weights) {
    const given = weights[path];
    if (given === undefined || !sameShape(given.shape, variable.shape)) {
      const expected = `weight ${show(path)} of shape ${showShape(variable.shape)}`;
      throw new ShapeError(explain({ expected, got: given ? showShape(given.shape) : "none" }));
    }
    writeNumbers(variable, given.data);
  }
}
