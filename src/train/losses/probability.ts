import { explain, ShapeError } from "../../errors.ts";
import { clip, div, equal, iota, log, reshape, sum, type Tensor, toFloat } from "../../graph/index.ts";

/** How far probabilities are kept from 0 and 1, so that their logarithms are finite; Keras's number. */
export const EPSILON = 1e-7;

/** Logarithms of probabilities [..., classes], which are first made to add up to 1. */
export function logProbabilities(prediction: Tensor): Tensor {
  return log(clip(div(prediction, sum(prediction, { axes: [-1], keepDims: true })), EPSILON, 1 - EPSILON));
}

/** Class numbers [...] as rows [..., classes] with a single 1; a number outside the classes gives a row of zeros. */
export function oneHot(classes: Tensor, count: number): Tensor {
  return equal(reshape(toFloat(classes), [...classes.shape, 1]), iota(count));
}

/** Class numbers in the shape of predictions [..., classes] without their last axis; that axis may be there with size 1. */
export function alignClasses(target: Tensor, prediction: Tensor): Tensor {
  const shape = prediction.shape.slice(0, -1);
  const given = target.rank === prediction.rank && target.shape.at(-1) === 1 ? target.shape.slice(0, -1) : target.shape;
  if (given.length === shape.length && given.every((size, axis) => size === shape[axis])) return reshape(target, shape);
  const expected = `class numbers of shape [${shape.join(", ")}] for predictions [${prediction.shape.join(", ")}]`;
  throw new ShapeError(explain({ expected, got: `[${target.shape.join(", ")}]` }));
}

/** Throws unless predictions are [batch, …, classes] with at least two classes. */
export function requireClasses(prediction: Tensor, owner: string): void {
  if (prediction.rank >= 2 && prediction.shape.at(-1)! >= 2) return;
  const expected = `predictions [batch, …, classes] with at least 2 classes for ${owner}`;
  const remedy = "with a single yes-or-no output use binaryCrossentropy";
  throw new ShapeError(explain({ expected, got: `[${prediction.shape.join(", ")}]`, remedy }));
}
