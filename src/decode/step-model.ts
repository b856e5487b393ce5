/** What writes: a model that reads one id after another, for several sequences side by side. */
import { explain, OptionError, requireInteger, ShapeError } from "../errors.ts";

/** `await model.stream({ rows })` is one. */
export interface StepModel {
  /** Sequences side by side. */
  readonly rows: number;
  /** Reads one id for each row and gives what may follow: [rows, ids], logits or probabilities. */
  step(ids: Int32Array): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Row i goes on from where row `from[i]` stands. */
  reorder(from: readonly number[]): void;
  /** Begins new sequences. */
  reset(): void;
}

/** One step of a sequence as a pure function. */
export type StepFunction<S> = (id: number, state: S) => { readonly output: ArrayLike<number>; readonly state: S };

export interface StepModelOptions<S> {
  /** The state before the first id. States are never changed, so that rows may share one. */
  readonly initial: S;
  /** Sequences side by side. @default 1 */
  readonly rows?: number;
}

/** A model to decode from a function that reads one id in one state. */
export function stepModel<S>(step: StepFunction<S>, { initial, rows = 1 }: StepModelOptions<S>): StepModel {
  requireInteger("rows", rows, 1);
  let states: readonly S[] = new Array<S>(rows).fill(initial);
  return {
    rows,
    step(ids) {
      const results = states.map((state, row) => step(ids[row]!, state));
      states = results.map(({ state }) => state);
      return results.flatMap(({ output }) => Array.from(output));
    },
    reorder(from) {
      states = from.map((row) => states[row]!);
    },
    reset() {
      states = new Array<S>(rows).fill(initial);
    },
  };
}

/** How far the sum of probabilities may be from 1: many roundings of float32. */
const ROUNDING = 1e-3;

/** Reads one id for each row; gives logits row by row. Logarithms of probabilities are logits. */
export async function readIds(model: StepModel, ids: Int32Array, fromLogits: boolean): Promise<Float64Array[]> {
  const output = await model.step(ids);
  const size = output.length / model.rows;
  if (!Number.isInteger(size) || size < 1) {
    const expected = `outputs [${model.rows} rows, ids] from each step`;
    throw new ShapeError(explain({ expected, got: `${output.length} numbers` }));
  }
  return Array.from({ length: model.rows }, (_, row) => {
    const own = Float64Array.from({ length: size }, (_, id) => output[row * size + id]!);
    if (fromLogits) return own;
    requireProbabilities(own);
    return own.map(Math.log);
  });
}

/** Throws an `OptionError` for a row that is no distribution. */
export function requireProbabilities(row: Float64Array): void {
  const sum = row.reduce((total, p) => total + p, 0);
  if (Math.abs(sum - 1) <= ROUNDING && row.every((p) => p >= 0)) return;
  const expected = "probabilities that add up to 1 from the model";
  const remedy = "give `fromLogits: true` for a model without a last softmax";
  throw new OptionError(explain({ expected, got: `numbers that add up to ${sum}`, remedy }));
}
