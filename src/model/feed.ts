/** From the arrays of a batch to the numbers of a run: everything is checked here. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import type { Batch, Columns } from "../data/batches.ts";
import { classWeightsOf, timesWeights, weighClasses } from "../data/class-weights.ts";
import { paddedLength, padRows, Ragged } from "../data/ragged.ts";
import { explain, OptionError, ShapeError, show } from "../errors.ts";
import { showShape, sizeOf } from "../graph/tensor.ts";
import { fits, showType } from "../layers/value.ts";
import type { BatchShapes } from "./computations.ts";
import type { End, Network } from "./network.ts";
import type { Objective } from "./objective.ts";

/** The arrays of a batch in the order of inputs and outputs. */
export interface Feed {
  readonly shapes: BatchShapes;
  readonly rows: number;
  /** Numbers of x, the lengths of its rows, y, sample weights and of which targets there are, in that order. */
  readonly numbers: readonly ArrayLike<number>[];
}

/** The inputs of a batch. */
export interface InputFeed {
  /** [rows, ...] each. */
  readonly arrays: readonly NumericArray[];
  /** Steps of each row, [rows], for inputs whose rows had unequal lengths. */
  readonly lengths: readonly (NumericArray | undefined)[];
}

/** The inputs of a batch, padded where they are ragged. */
export function feedInputs(network: Network, x: Columns): InputFeed {
  const names = network.inputs.map(({ name }) => name);
  const given = arrange("x", "input", names, network.singleInput, x);
  const arrays = network.inputs.map((end, i) => inSteps(given[i]!, end.symbol.shape, `input ${show(end.name)}`));
  for (const [index, end] of network.inputs.entries()) checkInput(network, end, arrays[index]!);
  return { arrays, lengths: given.map(lengthsOf) };
}

function lengthsOf(array: NumericArray): NumericArray | undefined {
  return array instanceof Ragged ? { data: array.lengths, shape: [array.rows] } : undefined;
}

/** The array with all its rows of one length: that of the model where it has one. @param wanted without the batch axis */
function inSteps(array: NumericArray, wanted: End["symbol"]["shape"], owner: string): NumericArray {
  if (!(array instanceof Ragged)) return array;
  const longest = array.lengths.reduce((most, length) => Math.max(most, length), 0);
  const steps = wanted[0] ?? paddedLength(array.lengths);
  if (longest <= steps) return padRows(array, steps);
  const expected = `sequences of at most ${steps} steps for ${owner}`;
  const remedy = "build the model for any number of steps: null in the place of their number";
  throw new ShapeError(explain({ expected, got: `one of ${longest}`, remedy }));
}

/** A whole batch. */
export function feedBatch(network: Network, { heads, missingTargets }: Objective, batch: Batch): Feed {
  const names = network.outputs.map(({ name }) => name);
  const { arrays: x, lengths } = feedInputs(network, batch.x);
  const targets = arrange("y", "output", names, network.singleOutput, batch.y);
  const y = targets.map((target, i) => {
    const { ofSequences } = heads[i]!.loss;
    return ofSequences ? padSequences(target, ofSequences.padding) : padTarget(target, network.outputs[i]!);
  });
  for (const [index, { loss, output }] of heads.entries()) {
    if (loss.targetDType === "int32") requireWhole(y[index]!, `targets of ${show(output)} for ${loss.name}`);
  }
  const weights = weightsOf(names, network.singleOutput, batch.sampleWeight).map(
    (weight, i) => weight && padTarget(weight, network.outputs[i]!),
  );
  if (batch.classWeight) {
    for (const [i, classes] of classWeightsOf(batch.classWeight, names, network.singleOutput).entries()) {
      if (classes === undefined) continue;
      const { shape } = network.outputs[i]!.symbol;
      const made = weighClasses(y[i]!, y[i]!.shape.slice(0, Math.max(1, shape.length)), classes);
      weights[i] = weights[i] ? timesWeights(weights[i], made) : made;
    }
  }
  const present = y.map((target, i) =>
    heads[i]!.loss.ofSequences
      ? undefined
      : presentIn(target, targets[i]!, network.outputs[i]!.symbol.shape.length, missingTargets === "mask"),
  );
  const given = <T>(list: readonly (T | undefined)[]) => list.filter((item) => item !== undefined);
  return {
    rows: batch.rows,
    shapes: {
      x: x.map(({ shape }) => shape),
      y: y.map(({ shape }) => shape),
      sampleWeight: weights.map((weight) => weight?.shape),
      present: present.map((which) => which?.shape),
      lengths: lengths.map((list) => list?.shape),
    },
    numbers: [...x, ...given(lengths), ...y, ...given(weights), ...given(present)].map(({ data }) => data),
  };
}

/** Targets that are sequences of their own, with other steps than the output. */
function padSequences(array: NumericArray, padding: number): NumericArray {
  if (array instanceof Ragged) return padRows(array, paddedLength(array.lengths), padding);
  const { data, shape } = array;
  if (data instanceof Int32Array) return array;
  return { data: Float64Array.from(data, (value) => (Number.isNaN(value) ? padding : value)), shape };
}

/** Targets or weights of a sequence, padded where they are ragged. */
function padTarget(array: NumericArray, { name, symbol }: End): NumericArray {
  if (!(array instanceof Ragged) || symbol.shape.length > 1)
    return inSteps(array, symbol.shape, `output ${show(name)}`);
  const expected = `one target or weight for each row of output ${show(name)}, which has no time axis`;
  throw new ShapeError(
    explain({ expected, got: "sequences", remedy: "returnSequences: true gives one for each step" }),
  );
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

function arrange(
  owner: string,
  end: "input" | "output",
  names: readonly string[],
  single: boolean,
  columns: Columns,
): readonly NumericArray[] {
  if (isOne(columns)) {
    if (single) return [columns];
    const expected = `${owner} by ${end} name: ${names.join(", ")}`;
    throw new OptionError(
      explain({ expected, got: "one array", remedy: `the model has ${names.length} named ${end}s` }),
    );
  }
  const keys = Object.keys(columns);
  if (single || keys.length !== names.length || !names.every((name) => columns[name] !== undefined)) {
    const expected = single ? `${owner} to be one array` : `${owner} by ${end} name: ${names.join(", ")}`;
    throw new OptionError(explain({ expected, got: keys.length === 0 ? "none" : keys.join(", ") }));
  }
  return names.map((name) => columns[name]!);
}

/** One array of weights serves all outputs. */
function weightsOf(names: readonly string[], single: boolean, columns: Columns | undefined) {
  if (columns === undefined) return names.map(() => undefined);
  if (isOne(columns)) return names.map(() => columns);
  for (const key of Object.keys(columns)) {
    if (!single && names.includes(key)) continue;
    const expected = single ? "sampleWeight to be one array" : `sampleWeight by output name: ${names.join(", ")}`;
    throw new OptionError(explain({ expected, got: show(key) }));
  }
  return names.map((name) => columns[name]);
}

function isOne(columns: Columns): columns is NumericArray {
  return isArrayInput(columns);
}

function checkInput(network: Network, { name, symbol }: End, { data, shape }: NumericArray): void {
  if (!fits(shape.slice(1), symbol.shape) || shape.length === 0) {
    const title = network.singleInput ? "input" : `input ${show(name)}`;
    throw new ShapeError(
      explain({ expected: `${title} ${showType(symbol)}`, got: showShape(shape), remedy: remedyFor(shape, symbol) }),
    );
  }
  if (symbol.dtype === "int32") requireWhole({ data, shape }, `ids for input ${show(name)}`);
  for (const layer of network.consumers(symbol)) layer.checkIds(data);
}

function remedyFor(got: readonly number[], { shape, dtype }: End["symbol"]): string {
  if (got.length !== shape.length + 1) return "rows come first, then time steps, then features";
  const axis = shape.findIndex((size, i) => size !== null && size !== got[i + 1]);
  const isFeature = dtype === "float32" && axis === shape.length - 1;
  return `the model was built for ${shape[axis]} ${isFeature ? "features" : axis === 0 ? "steps" : `on axis ${axis + 1}`}`;
}

/** Masked steps may be NaN; anything else must be whole. */
function requireWhole({ data }: NumericArray, owner: string): void {
  if (data instanceof Int32Array) return;
  const wrong = data.find((value) => !Number.isInteger(value) && !Number.isNaN(value));
  if (wrong === undefined) return;
  throw new OptionError(explain({ expected: `whole numbers as ${owner}`, got: String(wrong) }));
}
