/** Batches in which rows have unequal lengths or targets are missing. It loads with the first of them. */
import type { NumericArray } from "../data/array.ts";
import { paddedLength, padRows, Ragged } from "../data/ragged.ts";
import { isRagged } from "../data/rows.ts";
import { explain, ShapeError, show } from "../errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import { showType } from "../layers/value.ts";
import type { Expected, InputFeed } from "./full-feed.ts";
import type { End, Network } from "./network.ts";
import type { Objective } from "./objective.ts";
import { type TimeAxis, timeAxesOf } from "./time-axis.ts";

/** The inputs with all rows of one length each. */
export function padInputs(network: Pick<Network, "inputs">, given: readonly NumericArray[]): readonly NumericArray[] {
  return network.inputs.map(({ name, symbol }, i) => {
    const isSequence = symbol.shape.length > 1 || symbol.dtype === "int32";
    if (isSequence || !isRagged(given[i])) return inSteps(given[i]!, symbol.shape, `input ${show(name)}`);
    const expected = `input ${show(name)} ${showType(symbol)}, which has no time axis`;
    throw new ShapeError(explain({ expected, got: "sequences of unequal lengths" }));
  });
}

/** Targets and weights with all rows of one length, and which of the targets there are. */
export function padExpected(
  network: Network,
  { heads, missingTargets }: Objective,
  inputs: InputFeed,
  given: Expected,
): Expected {
  const isRagged = [...given.y, ...given.weights].some((array) => array instanceof Ragged);
  const axes = isRagged ? timeAxesOf(network, inputs) : [];
  const y = given.y.map((target, i) => {
    const { ofSequences } = heads[i]!.loss;
    if (ofSequences) return padSequences(target, ofSequences.padding);
    return target instanceof Ragged ? padSteps(target, "targets", network.outputs[i]!, axes[i]!) : target;
  });
  const weights = given.weights.map((weight, i) =>
    weight instanceof Ragged ? padSteps(weight, "sampleWeight", network.outputs[i]!, axes[i]!) : weight,
  );
  const present = y.map((target, i) =>
    heads[i]!.loss.ofSequences
      ? undefined
      : presentIn(target, given.y[i]!, network.outputs[i]!.symbol.shape.length, missingTargets === "mask"),
  );
  return { y, weights, present };
}

/** The array with all its rows of one length: that of the model where it has one. @param wanted without the batch axis */
function inSteps(array: NumericArray, wanted: End["symbol"]["shape"], owner: string): NumericArray {
  if (!(array instanceof Ragged)) return array;
  const longest = array.lengths.reduce((most, length) => Math.max(most, length), 0);
  const steps = wanted[0] ?? array.padTo ?? paddedLength(array.lengths);
  if (longest <= steps) return padRows(array, steps);
  const expected = `sequences of at most ${steps} steps for ${owner}`;
  const remedy = "build the model for any number of steps: null in the place of their number";
  throw new ShapeError(explain({ expected, got: `one of ${longest}`, remedy }));
}

/** Targets that are sequences of their own, with other steps than the output. */
function padSequences(array: NumericArray, padding: number): NumericArray {
  if (array instanceof Ragged) return padRows(array, paddedLength(array.lengths), padding);
  const { data, shape } = array;
  if (data instanceof Int32Array) return array;
  return { data: Float64Array.from(data, (value) => (Number.isNaN(value) ? padding : value)), shape };
}

/** Targets or weights, one for each step of an output, with as many steps as that has in this batch. */
function padSteps(array: Ragged, what: string, { name }: End, { steps, lengths }: TimeAxis): NumericArray {
  const owner = `${what} of output ${show(name)}`;
  if (steps === undefined) {
    const expected = `one target or weight for each row of output ${show(name)}, which has no time axis`;
    throw new ShapeError(
      explain({ expected, got: "sequences", remedy: "returnSequences: true gives one for each step" }),
    );
  }
  const row = array.lengths.findIndex((length, i) => (lengths ? length !== lengths[i] : length > steps));
  if (row < 0) return padRows(array, steps);
  const expected = `${owner} to have ${lengths ? `${lengths[row]}` : `at most ${steps}`} steps in row ${row} of a batch`;
  const remedy = lengths ? "give one for each step of the input" : "the output has no more";
  throw new ShapeError(explain({ expected, got: `${array.lengths[row]}`, remedy }));
}

/**
 * 1 for each entry of a target that is there and 0 for one that is padded or, where these are looked for, has a NaN, in the
 * shape of the loss: the target's without its last axis. `undefined` where nothing is missing.
 *
 * @param given the target before it was padded
 * @param rank of the prediction, without the batch axis
 */
function presentIn(target: NumericArray, given: NumericArray, rank: number, findMissing: boolean) {
  const { data, shape } = target;
  const hasMissing = findMissing && !(data instanceof Int32Array) && (data as Float32Array).some(Number.isNaN);
  if (!hasMissing && !(given instanceof Ragged)) return undefined;
  const entries = shape.slice(0, Math.max(1, rank));
  const size = sizeOf(entries);
  const width = data.length / size;
  const isMissing = (entry: number) =>
    (data as Float32Array).subarray(entry * width, (entry + 1) * width).some(Number.isNaN);
  const perStep = sizeOf(entries.slice(2));
  const isPadded = (entry: number, { lengths }: Ragged) => {
    const step = Math.floor(entry / perStep);
    return step % shape[1]! >= lengths[Math.floor(step / shape[1]!)]!;
  };
  const counts = (entry: number) =>
    !(hasMissing && isMissing(entry)) && !(given instanceof Ragged && isPadded(entry, given));
  return { data: Float32Array.from({ length: size }, (_, entry) => (counts(entry) ? 1 : 0)), shape: entries };
}
