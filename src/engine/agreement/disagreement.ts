/** Whether an engine agrees with the reference engine on a program: what every engine is tested by. */
import type { Program } from "../../program/format.ts";
import type { Engine, NumberArray } from "../engine.ts";
import { referenceEngine } from "../reference/reference.ts";

export interface Tolerance {
  /** Of the expected number. @default 2e-6 */
  readonly relative?: number;
  /** @default 1e-6 */
  readonly absolute?: number;
}

function isClose(actual: number, expected: number, { relative = 2e-6, absolute = 1e-6 }: Tolerance): boolean {
  // What float64 can say and float32 cannot: numbers beyond its range.
  const rounded = Math.fround(expected);
  if (Object.is(actual, rounded) || actual === rounded) return true;
  return Number.isFinite(rounded) && Math.abs(actual - rounded) <= absolute + relative * Math.abs(rounded);
}

async function runOn(engine: Engine, program: Program, values: readonly ArrayLike<number>[]): Promise<NumberArray[]> {
  const executable = engine.load(program);
  const buffers = program.bindings.map(({ shape, dtype }, index) => {
    const buffer = engine.allocate(
      shape.reduce((product, size) => product * size, 1),
      dtype,
    );
    if (values[index] !== undefined) buffer.write(values[index]);
    return buffer;
  });
  await executable.run(buffers);
  return buffers.map((buffer) => buffer.read());
}

/**
 * Runs a program on both engines and describes the first number that differs; `undefined` when all agree.
 * `values[i]` are the first contents of binding i, zeros where they are missing.
 */
export async function disagreement(
  engine: Engine,
  program: Program,
  values: readonly (ArrayLike<number> | undefined)[],
  tolerance: Tolerance = {},
): Promise<string | undefined> {
  const rounded = values.map((numbers) => (numbers === undefined ? [] : Array.from(numbers, Math.fround)));
  const expected = await runOn(referenceEngine(), program, rounded);
  const actual = await runOn(engine, program, rounded);
  for (const [binding, { name }] of program.bindings.entries()) {
    for (const [index, value] of expected[binding]!.entries()) {
      const got = actual[binding]![index]!;
      if (!isClose(got, value, tolerance)) return `${name}[${index}] is ${got}, expected ${value}`;
    }
  }
  return undefined;
}
