/** A model that takes a sequence one step of time at a time, as it comes in, and keeps its states between steps. */
import { loadFor } from "../compile/rarity.ts";
import type { NumberArray } from "../engine/engine.ts";
import type { Prepared, Session } from "../engine/session.ts";
import { explain, OptionError, rejectUnknown, requireInteger, ShapeError, show } from "../errors.ts";
import { type Computation, input, label, type Shape, type Tensor } from "../graph/index.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { Layer } from "../layers/layer.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import type { Trace } from "../layers/trace.ts";
import type { Value } from "../layers/value.ts";
import type { Executor } from "./executor.ts";
import { remembering } from "./memory.ts";
import type { End, Network } from "./network.ts";
import type { HeldConstants, StreamConstants } from "./stream-constants.ts";

export interface StreamOptions {
  /** Sequences that go through the model side by side. @default 1 */
  readonly rows?: number;
  /**
   * Inputs that are the same at every step, by name, whole: [rows, ...], one row for all, or `ragged`. What depends on them
   * alone is computed once, and may look at all of their steps as an encoder does; `step` gets the other inputs.
   * @default none: all inputs come step by step
   */
  readonly constants?: StreamConstants;
}

/** What one step gives: the numbers of the output, row by row, or those of several outputs by name. */
export type StreamOutput<P> = P extends { readonly data: unknown }
  ? NumberArray
  : { readonly [K in keyof P]: NumberArray };

/** One step of all layers, from the states that the step before has left. */
export interface StreamComputation extends Computation {
  /** By name; see `Stream.getStates`. */
  readonly states: ReadonlyMap<string, Tensor>;
  /** The weights [size] that rows of states begin as, of those that do not begin as zeros. */
  readonly initial: ReadonlyMap<Tensor, Tensor>;
  /** Layers that look up the ids of an input, by its place. */
  readonly readers: ReadonlyMap<number, readonly Layer<unknown>[]>;
}

/** The shape that an input has in one step: sequences, whose first axis is time, have one entry. */
function stepShape({ symbol: { shape, dtype } }: End, rows: number): Shape {
  const isSequence = shape.length > 1 || dtype === "int32";
  return [rows, ...shape.map((size, axis) => (axis === 0 && isSequence ? 1 : size!))];
}

function streamOf(network: Network, rows: number, constants: HeldConstants | undefined): StreamComputation {
  const ends = network.inputs.filter(({ symbol }) => !constants?.isGiven(symbol));
  const inputs = ends.map((end) => input(end.name, stepShape(end, rows), end.symbol.dtype));
  const states = new Map<string, Tensor>();
  const initial = new Map<Tensor, Tensor>();
  const updates: { variable: Tensor; value: Tensor }[] = [];
  const trace: Trace = {
    training: false,
    nextStream: () => {
      throw new Error("random numbers are for training");
    },
    update: (state, value) => updates.push({ variable: state, value }),
    latest: (state) => state,
    memory: remembering(
      states,
      { parts: "step by step", remedy: "give whole sequences to predict()", needsSteps: false },
      initial,
      new Set(constants?.tensors),
    ),
  };
  const values = new Map<SymbolicTensor, Value>(constants?.values);
  for (const [i, { symbol }] of ends.entries()) values.set(symbol, { tensor: inputs[i]! });
  network.follow(values, trace, constants?.applications ?? network.applications);
  const outputs = network.outputs.map(({ name, symbol }) => label(values.get(symbol)!.tensor, name));
  const readers = new Map(
    ends.flatMap(({ symbol }, i) => (symbol.dtype === "int32" ? [[i, network.consumers(symbol)] as const] : [])),
  );
  return { inputs, outputs, updates, states, initial, readers };
}

/** What `Model.stream` gives. */
export async function openStream<P>(network: Network, executor: Executor, options: StreamOptions): Promise<Stream<P>> {
  rejectUnknown("stream()", options, ["rows", "constants"]);
  const { rows = 1, constants = {} } = options;
  requireInteger("rows", rows, 1);
  await network.load();
  const session = await executor.session();
  const given = Object.keys(constants).length > 0;
  const held = given
    ? await (await import("./stream-constants.ts")).holdConstants(network, constants, rows, session)
    : undefined;
  const computation = streamOf(network, rows, held);
  await loadFor(computation);
  const names = network.singleOutput ? undefined : network.outputs.map(({ name }) => name);
  return new Stream<P>(session, computation, names, held);
}

/** @typeParam P what the model predicts */
export class Stream<P> {
  /** Sequences that go through the model side by side. */
  readonly rows: number;
  readonly #session: Session;
  readonly #prepared: Prepared;
  readonly #computation: StreamComputation;
  readonly #outputNames: readonly string[] | undefined;
  readonly #sizes: readonly number[];
  readonly #constants: HeldConstants | undefined;

  /** Streams are made by `model.stream()`. @param outputNames of a model whose outputs go by name */
  constructor(
    session: Session,
    computation: StreamComputation,
    outputNames: readonly string[] | undefined,
    constants: HeldConstants | undefined,
  ) {
    this.#constants = constants;
    this.#session = session;
    this.#computation = computation;
    this.#prepared = session.prepare(computation);
    this.#outputNames = outputNames;
    this.rows = computation.inputs[0]!.shape[0]!;
    this.#sizes = computation.inputs.map(({ shape }) => sizeOf(shape));
    this.reset();
  }

  /**
   * Takes one step, on the calling thread.
   *
   * @param inputs the numbers of this step for each input of the model, row by row: [rows, features] of a sequence
   * @returns numbers of the output after this step: [rows, units]
   * @throws ShapeError for another number of them. @throws OptionError for ids that a layer does not know
   */
  step(...inputs: readonly ArrayLike<number>[]): StreamOutput<P> {
    const sizes = this.#sizes;
    if (inputs.length !== sizes.length) this.#refuse(inputs);
    for (let index = 0; index < sizes.length; index++) {
      if (inputs[index]?.length !== sizes[index]) this.#refuse(inputs);
    }
    for (const [index, layers] of this.#computation.readers) {
      for (const layer of layers) layer.checkIds(inputs[index]!);
    }
    const results = this.#prepared.runNow(inputs);
    const names = this.#outputNames;
    const output = names === undefined ? results[0]! : Object.fromEntries(names.map((name, i) => [name, results[i]!]));
    return output as StreamOutput<P>;
  }

  /** Begins new sequences: all states are again what they begin as, zeros unless that is learnt or given. */
  reset(): void {
    this.#constants?.reset();
    for (const state of this.#computation.states.values()) {
      const weight = this.#computation.initial.get(state);
      const row = weight ? this.#session.get(weight) : new Float32Array(1);
      const all = new (row.constructor as new (length: number) => NumberArray)(state.size);
      this.#session.set(
        state,
        all.map((_, i) => row[i % row.length]!),
      );
    }
  }

  /**
   * Begins new sequences with other constants, of the same shapes and by the same names as those that it was made with.
   *
   * @throws ShapeError for other shapes. @throws OptionError for a stream without constants
   */
  async setConstants(constants: StreamConstants): Promise<void> {
    if (this.#constants === undefined) {
      const remedy = "give them to stream() first";
      throw new OptionError(explain({ expected: "a stream with `constants`", got: "one without", remedy }));
    }
    await this.#constants.set(constants);
    this.reset();
  }

  /** Row i goes on from where row `from[i]` stands: what a search for the best sequence does with its beginnings. */
  reorder(from: readonly number[]): void {
    const isRow = (row: number) => Number.isInteger(row) && row >= 0 && row < this.rows;
    if (from.length !== this.rows || !from.every(isRow)) {
      const expected = `${this.rows} row numbers below ${this.rows} for reorder()`;
      throw new OptionError(explain({ expected, got: show(from) }));
    }
    for (const state of [...this.#computation.states.values(), ...(this.#constants?.moving() ?? [])]) {
      const before = this.#session.get(state);
      const width = state.size / this.rows;
      const after = new (before.constructor as new (length: number) => typeof before)(state.size);
      for (const [row, source] of from.entries()) {
        after.set(before.subarray(source * width, (source + 1) * width), row * width);
      }
      this.#session.set(state, after);
    }
  }

  /** A copy of the states of all layers by name, [rows, units] each: `lstm "decoder" h`, or `lstm h` and `lstm h_1`. */
  getStates(): Readonly<Record<string, NumberArray>> {
    return Object.fromEntries([...this.#computation.states].map(([name, state]) => [name, this.#session.get(state)]));
  }

  /** Gives states their numbers, by the names of `getStates`: those that an encoder ended in, say. Others stay. */
  setStates(states: Readonly<Record<string, ArrayLike<number>>>): void {
    const known = this.#computation.states;
    rejectUnknown("setStates()", states, [...known.keys()]);
    for (const [name, values] of Object.entries(states)) {
      const { size } = known.get(name)!;
      if (values.length === size) continue;
      throw new ShapeError(explain({ expected: `${size} numbers for state ${show(name)}`, got: `${values.length}` }));
    }
    for (const [name, values] of Object.entries(states)) this.#session.set(known.get(name)!, values);
  }

  #refuse(inputs: readonly ArrayLike<number>[]): never {
    const expected = `${this.#sizes.map((size) => `${size} numbers`).join(" and ")} for a step`;
    const got = inputs.map((numbers) => `${numbers?.length ?? "none"}`).join(" and ");
    const remedy = "give one list for each input of the model, one step of time in each";
    throw new ShapeError(explain({ expected, got: got === "" ? "none" : got, remedy }));
  }
}
