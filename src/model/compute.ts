import { loadFor } from "../compile/rarity.ts";
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "../data/array.ts";
import { type EngineChoice, selectEngine } from "../engine/select.ts";
import { type Prepared, Session } from "../engine/session.ts";
import { explain, OptionError, rejectUnknown, show } from "../errors.ts";
import { input, label, type Shape, type Tensor } from "../graph/index.ts";

export interface ComputeOptions {
  /** What runs it: a name or an engine. @default the fastest that works here, or `RONDO_ENGINE` */
  readonly engine?: EngineChoice;
}

/** The tensors by name that a function of such tensors gives. */
export type Results = Readonly<Record<string, Tensor>>;

/**
 * Makes a function of arrays from one of symbolic tensors: traced for the shapes that it is called with, compiled, and
 * kept for the next call with these shapes.
 *
 * ```ts
 * const slope = compute(["x"], ({ x }) => ({ dx: gradients(sum(tanh(square(x))), [x])[0]! }));
 * const { dx } = await slope({ x: [1, 2, 3] });
 * ```
 *
 * @param names of the inputs; an `Int32Array` is int32, all other numbers are float32
 */
export function compute<const I extends string, R extends Results>(
  names: readonly I[],
  build: (inputs: { readonly [K in I]: Tensor }) => R,
  options: ComputeOptions = {},
): (inputs: { readonly [K in I]: ArrayLikeInput }) => Promise<{ readonly [K in keyof R]: NumericArray }> {
  rejectUnknown("compute()", options, ["engine"]);
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw new OptionError(explain({ expected: "compute() to get a list of names of its inputs", got: show(names) }));
  }
  let session: Promise<Session> | undefined;
  const programs = new Map<string, { readonly prepared: Prepared; readonly shapes: readonly [string, Shape][] }>();
  return async (inputs) => {
    const arrays = arraysOf(names, inputs);
    const types = arrays.map(({ data, shape }) => ({ shape, dtype: dtypeOf(data) }));
    const key = JSON.stringify(types);
    session ??= selectEngine(options.engine).then((engine) => new Session(engine));
    const ready = await session;
    let program = programs.get(key);
    if (program === undefined) {
      const sources = names.map((name, i) => input(name, types[i]!.shape, types[i]!.dtype));
      const results = Object.entries(build(Object.fromEntries(names.map((name, i) => [name, sources[i]!])) as never));
      // A result may be an input as it is; it is something of its own here.
      const outputs = results.map(([name, tensor]) => label(tensor, name));
      const computation = { inputs: sources, outputs, updates: [] };
      await loadFor(computation);
      const prepared = ready.prepare(computation);
      program = { prepared, shapes: results.map(([name, { shape }]) => [name, shape]) };
      programs.set(key, program);
    }
    const { prepared, shapes } = program;
    const made = await prepared.run(arrays.map(({ data }) => data));
    return Object.fromEntries(shapes.map(([name, shape], i) => [name, { data: made[i]!, shape }])) as never;
  };
}

/** The arrays of these names, which must be all that there are. */
export function arraysOf(
  names: readonly string[],
  given: Readonly<Record<string, ArrayLikeInput>>,
): readonly NumericArray[] {
  const keys = Object.keys(given ?? {});
  if (keys.length !== names.length || names.some((name) => given[name] === undefined)) {
    const expected = names.length === 0 ? "no arrays" : `arrays by name: ${names.join(", ")}`;
    throw new OptionError(explain({ expected, got: keys.length === 0 ? "none" : keys.join(", ") }));
  }
  return names.map((name) => toNumericArray(given[name]!, name));
}

export function dtypeOf(data: NumericArray["data"]): "int32" | "float32" {
  return data instanceof Int32Array ? "int32" : "float32";
}
