/** Checks a cell: what must hold for the equation of one step so that it can be trained, masked and streamed. */
import type { Cell } from "../cells/cell.ts";
import { RandomStream } from "../cells/initializers/random-stream.ts";
import type { Given, OptionTable } from "../cells/option.ts";
import { loadRare } from "../compile/rarity.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { Session } from "../engine/session.ts";
import { explain, OptionError, RondoError, rejectUnknown } from "../errors.ts";
import { broadcastTo, constant, gradients, input, mul, sum, type Tensor } from "../graph/index.ts";
import { sizeOf } from "../graph/tensor.ts";
import { Layer } from "../layers/layer.ts";
import { CellLayer } from "../layers/recurrent.ts";
import { RecurrentLayer } from "../layers/through-time.ts";
import type { Trace } from "../layers/trace.ts";
import type { ValueType } from "../layers/value.ts";

export interface CheckCellOptions<T extends OptionTable = OptionTable> {
  /** Options of the cell. @default its own */
  readonly options?: Given<T>;
  /** @default 3 */
  readonly units?: number;
  /** Features of x. @default 2 */
  readonly inputSize?: number;
  /** How far numbers may be apart, in relation to their size but to 1 at least. @default 1e-6 */
  readonly tolerance?: number;
}

type Numbers = Float64Array;

/** Numbers without pattern, within [−1, 1]. */
function wave(size: number, seed: number): Numbers {
  return Float64Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1) + 7.233 * (seed + 1)));
}

const [ROWS, TIME] = [3, 4];
/** Which steps of each row count: all, with a hole, those at the end. */
const MASK = [1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 1];

/**
 * Checks a cell of your own on the reference engine, in float64: its gradients against finite differences, with masks and
 * without; that two halves of a sequence, with the state handed over, are the whole; that masked steps, whatever they hold,
 * change nothing; that rows do not depend on each other; that its numbers are finite.
 *
 * @param cell or a recurrent layer, which has its units and options: `stacked([lstm(4), lstm(3)])`
 * @throws RondoError with one sentence that says what does not hold, and for which weight or input
 */
export async function checkCell<T extends OptionTable>(
  cell: Cell<T> | Layer<unknown>,
  options: CheckCellOptions<T> = {},
): Promise<void> {
  rejectUnknown("checkCell()", options, ["options", "units", "inputSize", "tolerance"]);
  const { inputSize = 2, tolerance = 1e-6 } = options;
  const subject = new Subject(layerOf(cell, options), inputSize);
  await subject.load();
  const title = cell instanceof Layer ? cell.title : cell.name;
  const fail = (expected: string, got: string): never => {
    throw new RondoError(explain({ expected: `${expected} of the cell ${title}`, got }));
  };
  const requireEqual = (what: string, found: readonly Numbers[], expected: readonly Numbers[]) => {
    for (const [part, wanted] of expected.entries()) {
      const name = subject.outputNames[part]!;
      for (const [i, value] of wanted.entries()) {
        if (isNear(found[part]![i]!, value, tolerance)) continue;
        fail(`${what} to give the same ${name}`, `${found[part]![i]} instead of ${value}`);
      }
    }
  };

  const inputs = subject.inputs(ROWS, TIME);
  const whole = subject.program({ rows: ROWS, time: TIME });
  const all = whole(inputs);
  for (const [part, numbers] of all.entries()) {
    const odd = numbers.find((value) => !Number.isFinite(value));
    if (odd !== undefined) fail(`finite numbers in ${subject.outputNames[part]}`, `${odd}`);
  }

  // Rows one by one.
  const single = subject.program({ rows: 1, time: TIME });
  for (let row = 0; row < ROWS; row++) {
    const own = (numbers: Numbers) => rowOf(numbers, row, ROWS);
    requireEqual("a row by itself", single(inputs.map(own)), all.map(own));
  }

  // Two halves, the second from the state that the first has left.
  const half = TIME / 2;
  const part = (start: number) => inputs.map((numbers) => stepsOf(numbers, ROWS, TIME, start, start + half));
  const begin = subject.program({ rows: ROWS, time: half });
  const goOn = subject.program({ rows: ROWS, time: half, begins: true });
  const [first, ...state] = begin(part(0));
  const [second, ...final] = goOn([...part(half), ...state]);
  const halves = [joinSteps(first!, second!, ROWS), ...final];
  requireEqual("two halves of a sequence", halves, all);

  // Masked steps hold NaN; a row of which the first or the last steps count is one that is shorter.
  const masked = subject.program({ rows: ROWS, time: TIME, masked: true });
  const spoilt = inputs.map((numbers) => hide(numbers, Number.NaN));
  const mask = Float64Array.from(MASK);
  const seen = masked([...spoilt, mask]);
  for (let row = 0; row < ROWS; row++) {
    const counted = Array.from({ length: TIME }, (_, step) => step).filter((step) => MASK[row * TIME + step] === 1);
    const valid = (numbers: Numbers) => pickSteps(rowOf(numbers, row, ROWS), TIME, counted);
    const alone = subject.program({ rows: 1, time: counted.length })(inputs.map(valid));
    const [sequence, ...ends] = seen;
    requireEqual(
      "a row without its masked steps",
      [valid(sequence!), ...ends.map((end) => rowOf(end, row, ROWS))],
      alone,
    );
  }

  subject.checkGradients("", inputs, { rows: ROWS, time: TIME }, tolerance, fail);
  subject.checkGradients(" with masked steps", spoilt, { rows: ROWS, time: TIME, masked: true }, tolerance, fail);
}

function layerOf<T extends OptionTable>(cell: Cell<T> | Layer<unknown>, given: CheckCellOptions<T>): RecurrentLayer {
  const { options = {}, units = 3 } = given;
  if (!(cell instanceof Layer)) return new CellLayer(cell as unknown as Cell, units, options);
  if (cell instanceof RecurrentLayer && given.options === undefined && given.units === undefined) return cell;
  const expected = "a cell, or a recurrent layer that has its units and options, for checkCell()";
  throw new OptionError(explain({ expected, got: cell.title }));
}

interface Task {
  readonly rows: number;
  readonly time: number;
  /** Whether a mask comes after the inputs. */
  readonly masked?: boolean;
  /** Whether a state to begin with comes after the inputs. */
  readonly begins?: boolean;
}

/** A cell in a layer, with weights, on the reference engine. */
class Subject {
  readonly #session = new Session(referenceEngine());
  readonly #layer: RecurrentLayer;
  readonly #types: readonly (ValueType & { readonly name: string })[];
  /** What steps get whole: the same for all rows, so that they are no inputs. */
  readonly #constants: readonly ValueType[];
  readonly outputNames: readonly string[];

  constructor(layer: RecurrentLayer, inputSize: number) {
    this.#layer = layer.copy({
      returnSequences: true,
      returnState: true,
      goBackwards: false,
      stateful: false,
      inputsFromFeatures: false,
    });
    this.#types = [["x", inputSize] as const, ...layer.furtherFor(inputSize)].map(([name, size]) => {
      return { name, shape: [null, size], dtype: "float32" };
    });
    this.#constants = layer.constantsFor(inputSize).map(([, shape]) => ({
      shape: shape.map((size, axis) => size ?? (axis === 0 ? 3 : 2)),
      dtype: "float32",
    }));
    this.#layer.build([...this.#types, ...this.#constants]);
    this.outputNames = ["sequence", ...Object.keys(this.#layer.stateSizes()).map((name) => `final ${name}`)];
    for (const [index, { variable, generate, trainable }] of this.#layer.weights.entries()) {
      const drawn = generate(variable.shape, new RandomStream([7, 11], index));
      // Biases that are all 0 would hide what they do.
      const moved = wave(variable.size, index);
      this.#session.set(variable, trainable ? drawn.map((x, i) => x + 0.1 * moved[i]!) : drawn);
    }
  }

  async load(): Promise<void> {
    await Promise.all([this.#layer.load(), loadRare()]);
  }

  /** Numbers for x, and positive ones for all further inputs. */
  inputs(rows: number, time: number): Numbers[] {
    return this.#types.map(({ shape }, index) => {
      const numbers = wave(rows * time * shape[1]!, 20 + index);
      return index === 0 ? numbers : numbers.map((x) => 1 + 0.7 * x);
    });
  }

  /** The sequence and the final state, from the inputs and what else the task says. */
  program(task: Task): (numbers: readonly Numbers[]) => Numbers[] {
    const { inputs, outputs } = this.#trace(task, false);
    const prepared = this.#session.prepare({ inputs, outputs, updates: [] });
    return (numbers) => prepared.runNow(numbers).map((found) => Float64Array.from(found));
  }

  /** Gradients of a weighted sum of the sequence, as training has them, along directions without pattern. */
  checkGradients(
    when: string,
    numbers: readonly Numbers[],
    task: Task,
    tolerance: number,
    fail: (expected: string, got: string) => never,
  ): void {
    const { inputs, outputs, sources } = this.#trace(task, true);
    const [sequence] = outputs;
    const weighting = input("weighting", sequence!.shape);
    const loss = sum(mul(sequence!, weighting));
    const weights = this.#layer.weights.filter(({ trainable }) => trainable);
    const wanted = [...weights.map(({ variable }) => variable), ...sources];
    const all = [...inputs, weighting];
    const found = this.#session.prepare({ inputs: all, outputs: [loss, ...gradients(loss, wanted)], updates: [] });
    const value = this.#session.prepare({ inputs: all, outputs: [loss], updates: [] });
    const rest = [...(task.masked ? [Float64Array.from(MASK)] : []), Float64Array.of(3, 5), wave(weighting.size, 9)];
    const [, ...slopes] = found.runNow([...numbers, ...rest]);

    const names = [...weights.map(({ name }) => name), ...this.#types.map(({ name }) => name)];
    for (const [index, name] of names.entries()) {
      const slope = slopes[index]!;
      const own = index - weights.length;
      const variable = weights[index]?.variable;
      const before = variable ? Float64Array.from(this.#session.get(variable)) : numbers[own]!;
      const direction = wave(slope.length, 40 + index).map((x, i) => (Number.isNaN(before[i]!) ? 0 : x));
      const at = (by: number): number => {
        const moved = before.map((x, i) => x + by * direction[i]!);
        if (variable) this.#session.set(variable, moved);
        const given = variable ? numbers : numbers.map((old, i) => (i === own ? moved : old));
        const [result] = value.runNow([...given, ...rest]);
        if (variable) this.#session.set(variable, before);
        return result![0]!;
      };
      const step = 1e-5;
      // Central differences of fourth order: those of second order are too far off where a function bends much.
      const difference = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      const derivative = direction.reduce((total, x, i) => total + (x === 0 ? 0 : x * slope[i]!), 0);
      if (isNear(derivative, difference, tolerance)) continue;
      fail(`the gradient by ${name}${when}`, `${derivative}, where finite differences give ${difference}`);
    }
  }

  #trace({ rows, time, masked = false, begins = false }: Task, training: boolean) {
    const sources = this.#types.map(({ name, shape }) => input(name, [rows, time, shape[1]!]));
    const states = begins
      ? Object.entries(this.#layer.stateSizes()).map(([name, size]) => input(name, [rows, size]))
      : [];
    const mask = masked ? input("mask", [rows, time]) : undefined;
    const key = training ? input("key", [2], "int32") : undefined;
    let streams = 0;
    const trace: Trace = {
      training,
      nextStream: () => [key!, streams++],
      update: () => {},
      latest: (variable) => variable,
    };
    const values = sources.map((tensor, index) => ({ tensor, mask: index === 0 ? mask : undefined }));
    const constants = this.#constants.map(({ shape }, index) => {
      const sizes = shape as readonly number[];
      return { tensor: broadcastTo(constant(wave(sizeOf(sizes), 60 + index), [1, ...sizes]), [rows, ...sizes]) };
    });
    const outputs = this.#layer.call([...values, ...constants], trace, states).map(({ tensor }) => tensor);
    const inputs: Tensor[] = [...sources, ...states, ...(mask ? [mask] : []), ...(key ? [key] : [])];
    return { inputs, outputs, sources };
  }
}

function isNear(found: number, expected: number, tolerance: number): boolean {
  return Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function rowOf(numbers: Numbers, row: number, rows: number): Numbers {
  const width = numbers.length / rows;
  return numbers.slice(row * width, (row + 1) * width);
}

/** Some steps of one row. */
function pickSteps(numbers: Numbers, time: number, steps: readonly number[]): Numbers {
  const width = numbers.length / time;
  return Float64Array.from(steps.flatMap((step) => Array.from(numbers.slice(step * width, (step + 1) * width))));
}

function stepsOf(numbers: Numbers, rows: number, time: number, start: number, end: number): Numbers {
  const steps = Array.from({ length: end - start }, (_, i) => start + i);
  const parts = Array.from({ length: rows }, (_, row) => Array.from(pickSteps(rowOf(numbers, row, rows), time, steps)));
  return Float64Array.from(parts.flat());
}

function joinSteps(first: Numbers, second: Numbers, rows: number): Numbers {
  const parts = Array.from({ length: rows }, (_, row) =>
    [first, second].flatMap((numbers) => Array.from(rowOf(numbers, row, rows))),
  );
  return Float64Array.from(parts.flat());
}

/** The numbers with another one at masked steps. */
function hide(numbers: Numbers, value: number): Numbers {
  const width = numbers.length / sizeOf([ROWS, TIME]);
  return numbers.map((x, i) => (MASK[Math.floor(i / width)] === 1 ? x : value));
}
