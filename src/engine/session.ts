/**
 * A session joins graphs to an engine: it owns the memory of variables and compiles computations. One session serves a
 * model and all its programs (train, evaluate, predict), so that they share weights.
 */

import { type CompileOptions, compile } from "../compile/compile.ts";
import { explain, ShapeError } from "../errors.ts";
import type { Computation } from "../graph/computation.ts";
import type { Tensor } from "../graph/tensor.ts";
import { sizeOf } from "../graph/tensor.ts";
import type { Program } from "../program/format.ts";
import type { Engine, EngineBuffer, NumberArray } from "./engine.ts";

/** A computation made ready to run. */
export interface Prepared {
  readonly program: Program;
  /** Runs once. `inputs[i]` are the numbers of `computation.inputs[i]`, row-major; returns those of the outputs. */
  run(inputs: readonly ArrayLike<number>[]): Promise<NumberArray[]>;
  /** The same on the calling thread. */
  runNow(inputs: readonly ArrayLike<number>[]): NumberArray[];
}

export class Session {
  readonly engine: Engine;
  // Weak: the memory of a variable that nobody uses any more, an old optimizer's say, is given back.
  readonly #variables = new WeakMap<Tensor, EngineBuffer>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Gives a variable its numbers, row-major. */
  set(variable: Tensor, values: ArrayLike<number>): void {
    if (values.length !== variable.size) {
      throw new ShapeError(explain({ expected: `${variable.size} numbers for a variable`, got: `${values.length}` }));
    }
    this.#bufferOf(variable).write(values);
  }

  /** A copy of a variable's numbers; zeros when it was never set. */
  get(variable: Tensor): NumberArray {
    return this.#bufferOf(variable).read();
  }

  /** Compiles a computation, after `loadFor`; keep the result, for every call compiles anew. */
  prepare(computation: Computation, options: CompileOptions = {}): Prepared {
    const { program, variables } = compile(computation, options);
    const executable = this.engine.load(program);
    const allocate = (role: "input" | "output") =>
      program.bindings
        .filter((binding) => binding.role === role)
        .map((binding) => this.engine.allocate(sizeOf(binding.shape), binding.dtype));
    const inputs = allocate("input");
    const outputs = allocate("output");
    const bindings = [...inputs, ...variables.map((variable) => this.#bufferOf(variable)), ...outputs];
    const write = (values: readonly ArrayLike<number>[]) => {
      for (let index = 0; index < inputs.length; index++) inputs[index]!.write(values[index]!);
    };
    const read = () => outputs.map((output) => output.read());
    return {
      program,
      run: async (values) => {
        write(values);
        await executable.run(bindings);
        return read();
      },
      runNow: (values) => {
        write(values);
        executable.runNow(bindings);
        return read();
      },
    };
  }

  #bufferOf(variable: Tensor): EngineBuffer {
    const known = this.#variables.get(variable);
    if (known !== undefined) return known;
    const made = this.engine.allocate(variable.size, variable.dtype);
    made.write(new Float32Array(variable.size));
    this.#variables.set(variable, made);
    return made;
  }
}
