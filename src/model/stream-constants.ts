/** What a stream has before its first step: inputs that are the same at every step, and all that follows from them alone. */
import { loadRare } from "../compile/rarity.ts";
import type { ArrayLikeInput, NumericArray } from "../data/array.ts";
import { toColumns } from "../data/to-batch.ts";
import type { Prepared, Session } from "../engine/session.ts";
import { explain, OptionError, rejectUnknown, ShapeError, show } from "../errors.ts";
import { input, label, type Tensor, variable } from "../graph/index.ts";
import { showShape } from "../graph/tensor.ts";
import type { Application, SymbolicTensor } from "../layers/symbolic.ts";
import type { Trace } from "../layers/trace.ts";
import type { Value } from "../layers/value.ts";
import { maskOf } from "./computations.ts";
import { feedInputs } from "./full-feed.ts";
import { type End, type Network, sourcesOf } from "./network.ts";

/** Constants as people give them, by the names of inputs. */
export type StreamConstants = Readonly<Record<string, ArrayLikeInput>>;

/** Their numbers for all rows, and the lengths of rows where these are uneven. */
interface Numbers {
  readonly data: readonly ArrayLike<number>[];
  readonly shapes: readonly (readonly number[])[];
  readonly lengths: readonly boolean[];
  /** Whether rows differ from each other. */
  readonly varies: boolean;
}

/** The constants of one stream. */
export class HeldConstants {
  /** What the steps need of them, as variables. */
  readonly values: ReadonlyMap<SymbolicTensor, Value>;
  /** The uses of layers that are left to be made at each step. */
  readonly applications: readonly Application[];
  readonly #network: Network;
  readonly #ends: readonly End[];
  readonly #rows: number;
  readonly #prepared: Prepared;
  #numbers: Numbers;
  #isMoved = false;

  constructor(network: Network, ends: readonly End[], rows: number, session: Session, numbers: Numbers) {
    this.#network = network;
    this.#ends = ends;
    this.#rows = rows;
    this.#numbers = numbers;
    const known = new Set(ends.map(({ symbol }) => symbol));
    const before = network.applications.filter((application) => {
      const follows = sourcesOf(application).every((symbol) => known.has(symbol));
      for (const symbol of follows ? application.outputs : []) known.add(symbol);
      return follows;
    });
    this.applications = network.applications.filter((application) => !before.includes(application));
    const asked = [...this.applications.flatMap(sourcesOf), ...network.outputs.map(({ symbol }) => symbol)];

    const updates: { variable: Tensor; value: Tensor }[] = [];
    const trace: Trace = {
      training: false,
      nextStream: () => {
        throw new Error("random numbers are for training");
      },
      update: () => {},
      latest: (state) => state,
    };
    const inputs = ends.map(({ name, symbol }, i) => input(name, numbers.shapes[i]!, symbol.dtype));
    const counts = ends.map(({ name }, i) =>
      numbers.lengths[i] ? input(`${name} lengths`, [rows], "int32") : undefined,
    );
    const values = new Map<SymbolicTensor, Value>(
      ends.map(({ symbol }, i) => [
        symbol,
        { tensor: inputs[i]!, ...(counts[i] && { mask: maskOf(counts[i], numbers.shapes[i]![1]!) }) },
      ]),
    );
    network.follow(values, trace, before);
    const hold = (value: Tensor) => {
      const held = variable(`constant ${updates.length}`, value.shape, value.dtype);
      updates.push({ variable: held, value: label(value, "constant") });
      return held;
    };
    this.values = new Map(
      [...new Set(asked)].flatMap((symbol) => {
        const value = known.has(symbol) ? values.get(symbol) : undefined;
        if (value === undefined) return [];
        return [[symbol, { tensor: hold(value.tensor), ...(value.mask && { mask: hold(value.mask) }) }] as const];
      }),
    );
    this.#prepared = session.prepare({
      inputs: [...inputs, ...counts.filter((list) => list !== undefined)],
      outputs: [],
      updates,
    });
    this.#fill();
  }

  /** Whether an input does not come step by step. */
  isGiven(symbol: SymbolicTensor): boolean {
    return this.#ends.some((end) => end.symbol === symbol);
  }

  /** Tensors that are there before the first step. */
  get tensors(): readonly Tensor[] {
    return [...this.values.values()].flatMap(({ tensor, mask }) => (mask ? [tensor, mask] : [tensor]));
  }

  #fill(): void {
    this.#prepared.runNow(this.#numbers.data);
    this.#isMoved = false;
  }

  /** Puts all rows back to where they were given. */
  reset(): void {
    if (this.#isMoved) this.#fill();
  }

  /** Tensors that have to move where rows change places. */
  moving(): readonly Tensor[] {
    if (!this.#numbers.varies) return [];
    this.#isMoved = true;
    return this.tensors;
  }

  async set(given: StreamConstants): Promise<void> {
    const numbers = await numbersOf(this.#network, this.#ends, given, this.#rows);
    const show = ({ shapes, lengths }: Numbers) =>
      shapes.map((shape, i) => `${showShape(shape)}${lengths[i] ? " ragged" : ""}`).join(" and ");
    if (show(numbers) !== show(this.#numbers)) {
      const expected = `constants of the same shapes, ${show(this.#numbers)}`;
      throw new ShapeError(explain({ expected, got: show(numbers), remedy: "make another stream for others" }));
    }
    this.#numbers = numbers;
    this.#fill();
  }
}

/** Computes what follows from these inputs alone. */
export async function holdConstants(
  network: Network,
  given: StreamConstants,
  rows: number,
  session: Session,
): Promise<HeldConstants> {
  rejectUnknown(
    "`constants` of stream()",
    given,
    network.inputs.map(({ name }) => name),
  );
  const ends = network.inputs.filter(({ name }) => given[name] !== undefined);
  if (ends.length === network.inputs.length) {
    const expected = "at least one input of the model to come step by step";
    throw new OptionError(explain({ expected, got: "all as `constants`", remedy: "that is what predict() is for" }));
  }
  const numbers = await numbersOf(network, ends, given, rows);
  await loadRare();
  return new HeldConstants(network, ends, rows, session, numbers);
}

async function numbersOf(
  network: Network,
  ends: readonly End[],
  given: StreamConstants,
  rows: number,
): Promise<Numbers> {
  const entrance = {
    inputs: ends,
    singleInput: false,
    consumers: (symbol: SymbolicTensor) => network.consumers(symbol),
  };
  const { arrays, lengths } = await feedInputs(entrance, toColumns(given, "constants"));
  const wrong = arrays.findIndex(({ shape }) => shape[0] !== 1 && shape[0] !== rows);
  if (wrong >= 0) {
    const expected = `${rows === 1 ? "one row" : `one row or ${rows}`} of constant ${show(ends[wrong]!.name)}`;
    throw new ShapeError(explain({ expected, got: `${arrays[wrong]!.shape[0]}` }));
  }
  const all = [...arrays, ...lengths.filter((list) => list !== undefined)].map((array) => repeatRows(array, rows));
  return {
    data: all.map(({ data }) => data),
    shapes: all.slice(0, ends.length).map(({ shape }) => shape),
    lengths: lengths.map((list) => list !== undefined),
    varies: rows > 1 && arrays.some(({ shape }) => shape[0] === rows),
  };
}

/** One row for all, or all rows as they are. */
function repeatRows(array: NumericArray, rows: number): NumericArray {
  const { data, shape } = array;
  if (shape[0] === rows) return array;
  const repeated = new (data.constructor as new (length: number) => NumericArray["data"])(rows * data.length);
  for (let row = 0; row < rows; row++) repeated.set(data, row * data.length);
  return { data: repeated, shape: [rows, ...shape.slice(1)] };
}
