/** Where a training stands besides its numbers: plain data, which is saved, and checked when it is read. */
import { explain, FormatError, show } from "../errors.ts";
import type { Progress } from "../train/progress.ts";

export interface TrainingState {
  /** Updates made so far. */
  readonly step: number;
  /** The rate that was set in place of the optimizer's own; `null` where none was. */
  readonly fixedRate: number | null;
  /** All random numbers of update n depend on the seed and n. */
  readonly seed: number;
  readonly progress: Progress | null;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, place: string) => void;

/** Throws a `FormatError` unless `value` is the state of a training. */
export function requireTrainingState(value: unknown): asserts value is TrainingState {
  fields({
    step: count,
    fixedRate: orNull(check("a number", (rate) => typeof rate === "number")),
    seed: count,
    progress: orNull(
      fields({
        epoch: count,
        batch: count,
        sums: each(list(number)),
        order: fields({}),
        history: fields({ epochs: list(count), metrics: each(list(number)) }),
        callbacks: each(fields({ values: () => {} })),
      }),
    ),
  })(value, "state of the training");
}

function check(expected: string, holds: (value: unknown) => boolean): Check {
  return (value, place) => {
    if (holds(value)) return;
    throw new FormatError(explain({ expected: `${expected} as ${place}`, got: show(value) }));
  };
}

function number(value: unknown, place: string): void {
  check("a number", (x) => typeof x === "number")(value, place);
}

function count(value: unknown, place: string): void {
  check("a whole number from 0", (x) => Number.isSafeInteger(x) && (x as number) >= 0)(value, place);
}

function orNull(inner: Check): Check {
  return (value, place) => (value === null ? undefined : inner(value, place));
}

function list(inner: Check): Check {
  return (value, place) => {
    check("a list", Array.isArray)(value, place);
    for (const item of value as readonly unknown[]) inner(item, place);
  };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object with at least these fields. */
function fields(known: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    check("an object", isRecord)(value, place);
    for (const [name, inner] of Object.entries(known)) inner((value as Fields)[name], `${name} of the ${place}`);
  };
}

/** An object with any names. */
function each(inner: Check): Check {
  return (value, place) => {
    check("an object", isRecord)(value, place);
    for (const [name, item] of Object.entries(value as Fields)) inner(item, `${name} of the ${place}`);
  };
}
