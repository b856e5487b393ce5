/** From all that a batch may hold to the numbers of a run: everything is checked here. It loads where `feedBatch` asks for it. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import type { Batch, Columns } from "../data/batches.ts";
import { isRagged } from "../data/rows.ts";
import { show } from "../errors.ts";
import { fits } from "../layers/value.ts";
import { type Feed, mayMask } from "./feed.ts";
import type { End, Network } from "./network.ts";
import type { Objective } from "./objective.ts";
import { onDemand } from "./on-demand.ts";

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

const loadUneven = onDemand(() => import("./uneven.ts"));
const loadClassWeighting = onDemand(() => import("./class-weighting.ts"));
const loadArranging = onDemand(() => import("./arrange.ts"));
const loadRowOrder = onDemand(() => import("./row-order.ts"));

/** Where the arrays of a batch go in. */
export type Entrance = Pick<Network, "inputs" | "singleInput" | "consumers">;

/** The inputs of a batch, padded where they are ragged. */
export async function feedInputs(network: Entrance, x: Columns): Promise<InputFeed> {
  const given = await arranged("x", "input", network.inputs, network.singleInput, x);
  const arrays = given.some(isRagged) ? (await loadUneven()).padInputs(network, given) : given;
  for (const [index, end] of network.inputs.entries()) {
    const { name, symbol } = end;
    const { data, shape } = arrays[index]!;
    if (!fits(shape.slice(1), symbol.shape) || shape.length === 0) {
      throw (await import("./misfit.ts")).misfitOf(network, end, shape);
    }
    if (symbol.dtype === "int32") await requireWhole(data, `ids for input ${show(name)}`);
    for (const layer of network.consumers(symbol)) layer.checkIds(data);
  }
  return { arrays, lengths: given.map(lengthsOf) };
}

/** The arrays in the order of inputs or outputs. */
async function arranged(
  owner: string,
  kind: "input" | "output",
  ends: readonly End[],
  single: boolean,
  columns: Columns,
): Promise<readonly NumericArray[]> {
  if (single && isArrayInput(columns)) return [columns as NumericArray];
  return (await loadArranging()).arrange(owner, kind, namesOf(ends), single, columns);
}

function namesOf(ends: readonly End[]): readonly string[] {
  return ends.map(({ name }) => name);
}

function lengthsOf(array: NumericArray): NumericArray | undefined {
  return isRagged(array) ? { data: array.lengths, shape: [array.rows] } : undefined;
}

/** A whole batch. */
export async function feedInFull(network: Network, objective: Objective, batch: Batch): Promise<Feed> {
  const feed = await feedInOrder(network, objective, batch);
  const mayEnd = feed.shapes.lengths.some((list) => list) || mayMask(network);
  // Rows of a segment stay where those of the segment before are.
  return mayEnd && batch.segment === undefined ? (await loadRowOrder()).longestFirst(network, feed) : feed;
}

async function feedInOrder(network: Network, objective: Objective, batch: Batch): Promise<Feed> {
  const { heads, missingTargets } = objective;
  const { sampleWeight, classWeight } = batch;
  const names = namesOf(network.outputs);
  const inputs = await feedInputs(network, batch.x);
  const { arrays: x, lengths } = inputs;
  const given: Expected = {
    y: await arranged("y", "output", network.outputs, network.singleOutput, batch.y),
    weights: sampleWeight
      ? (await loadArranging()).arrangeWeights(names, network.singleOutput, sampleWeight)
      : names.map(() => undefined),
    present: [],
  };
  const isUneven =
    missingTargets === "mask" ||
    heads.some(({ loss }) => loss.ofSequences) ||
    [...given.y, ...given.weights].some(isRagged);
  const even = isUneven ? (await loadUneven()).padExpected(network, objective, inputs, given) : given;
  const { y, present } = even;
  for (const [index, { loss, output }] of heads.entries()) {
    if (loss.targetDType !== "int32") continue;
    const owner = `targets of ${show(output)} for ${loss.name}`;
    await requireWhole(y[index]!.data, owner);
    const isWeighed = given.weights[index] ?? present[index];
    if (loss.ofSequences || isWeighed || mayLeaveOut(network, inputs, y[index]!)) continue;
    await requireClasses(y[index]!.data, network.outputs[index]!.symbol.shape.at(-1)!, owner);
  }
  const weights = classWeight
    ? (await loadClassWeighting()).weighByClass(network, objective, classWeight, even)
    : even.weights;
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

/** Masked steps may be NaN; anything else must be whole. */
async function requireWhole(data: NumericArray["data"], owner: string): Promise<void> {
  if (data instanceof Int32Array) return;
  const wrong = data.find((value) => !Number.isInteger(value) && !Number.isNaN(value));
  if (wrong !== undefined) throw (await import("./misfit.ts")).notWhole(owner, wrong);
}

/** Whether a mask may leave some of these targets out: those of steps, not one for each row. */
function mayLeaveOut(network: Network, { lengths }: InputFeed, { shape }: NumericArray): boolean {
  const isOfSteps = shape.slice(1).some((size) => size > 1);
  return isOfSteps && (mayMask(network) || lengths.some((list) => list !== undefined));
}

/** Targets that all count must be classes, or missing: another number would only show as a loss of NaN. */
async function requireClasses(data: NumericArray["data"], classes: number, owner: string): Promise<void> {
  const wrong = data.find((value) => value < 0 || value >= classes);
  if (wrong !== undefined) throw (await import("./misfit.ts")).noClass(owner, wrong, classes);
}
