/** The weights of a model for callbacks: all of them at once, by name. */
import { explain, ShapeError, show } from "../errors.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import type { Weights } from "../train/trainee.ts";
import type { Network } from "./network.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";

export function weightsOf({ weights }: Network): Weights {
  return Object.fromEntries(
    weights.map(({ path, variable }) => [path, { shape: variable.shape, data: readNumbers(variable) }]),
  );
}

export function setWeightsOf(network: Network, weights: Weights): void {
  for (const { path, variable } of network.weights) {
    const given = weights[path];
    if (given === undefined || !sameShape(given.shape, variable.shape)) {
      const expected = `weight ${show(path)} of shape ${showShape(variable.shape)}`;
      throw new ShapeError(explain({ expected, got: given ? showShape(given.shape) : "none" }));
    }
    writeNumbers(variable, given.data);
  }
}
