/** From the arrays of a batch to the numbers of a run: everything is checked here. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import type { Batch, Columns } from "../data/batches.ts";
import { Ragged } from "../data/ragged.ts";
import { explain, OptionError, ShapeError, show } from "../errors.ts";
import { showShape } from "../graph/tensor.ts";
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

/** What the outputs of a batch are measured by, in their order. */
export interface Expected {
  readonly y: readonly NumericArray[];
  readonly weights: readonly (NumericArray | undefined)[];
  /** 1 for each entry of a target that is there, else 0; `undefined` where none is missing. */
  readonly present: readonly (NumericArray | undefined)[];
}

/** The inputs of a batch. */
export interface InputFeed {
  /** [rows, ...] each. */
  readonly arrays: readonly NumericArray[];
  /** Steps of each row, [rows], for inputs whose rows had unequal lengths. */
  readonly lengths: readonly (NumericArray | undefined)[];
}

/**
 * What few batches need, once one did: to ask for a module again takes microseconds, which small batches would notice.
 */
let uneven: typeof import("./uneven.ts") | undefined;
let classWeighting: typeof import("./class-weighting.ts") | undefined;

async function loadUneven() {
  uneven ??= await import("./uneven.ts");
  return uneven;
}

async function loadClassWeighting() {
  classWeighting ??= await import("./class-weighting.ts");
  return classWeighting;
}

/** The inputs of a batch, padded where they are ragged. */
export async function feedInputs(network: Network, x: Columns): Promise<InputFeed> {
  const names = network.inputs.map(({ name }) => name);
  const given = arrange("x", "input", names, network.singleInput, x);
  const arrays = given.some(isRagged) ? (await loadUneven()).padInputs(network, given) : given;
  for (const [index, end] of network.inputs.entries()) checkInput(network, end, arrays[index]!);
  return { arrays, lengths: given.map(lengthsOf) };
}

function isRagged(array: NumericArray | undefined): boolean {
  return array instanceof Ragged;
}

function lengthsOf(array: NumericArray): NumericArray | undefined {
  return array instanceof Ragged ? { data: array.lengths, shape: [array.rows] } : undefined;
}

/** A whole batch. */
export async function feedBatch(network: Network, objective: Objective, batch: Batch): Promise<Feed> {
  const { heads, missingTargets } = objective;
  const names = network.outputs.map(({ name }) => name);
  const { arrays: x, lengths } = await feedInputs(network, batch.x);
  const given: Expected = {
    y: arrange("y", "output", names, network.singleOutput, batch.y),
    weights: weightsOf(names, network.singleOutput, batch.sampleWeight),
    present: [],
  };
  const isUneven =
    missingTargets === "mask" ||
    heads.some(({ loss }) => loss.ofSequences) ||
    [...given.y, ...given.weights].some(isRagged);
  const even = isUneven ? (await loadUneven()).padExpected(network, objective, given) : given;
  const { y, present } = even;
  for (const [index, { loss, output }] of heads.entries()) {
    if (loss.targetDType === "int32") requireWhole(y[index]!, `targets of ${show(output)} for ${loss.name}`);
  }
  const { classWeight } = batch;
  const weights = classWeight ? (await loadClassWeighting()).weighByClass(network, classWeight, even) : even.weights;
  const existing = <T>(list: readonly (T | undefined)[]) => list.filter((item) => item !== undefined);
  return {
    rows: batch.rows,
    shapes: {
      x: x.map(({ shape }) => shape),
      y: y.map(({ shape }) => shape),
      sampleWeight: weights.map((weight) => weight?.shape),
      present: heads.map((_, i) => present[i]?.shape),
      lengths: lengths.map((list) => list?.shape),
    },
    numbers: [...x, ...existing(lengths), ...y, ...existing(weights), ...existing(present)].map(({ data }) => data),
  };
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
