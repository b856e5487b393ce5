/** Runs a model's programs: finds the engine when it is first needed, keeps programs by shape, one run at a time. */
import { loadFor } from "../compile/rarity.ts";
import type { NumericArray } from "../data/array.ts";
import type { Engine } from "../engine/engine.ts";
import { type EngineChoice, selectEngine } from "../engine/select.ts";
import type { Prepared, Session } from "../engine/session.ts";
import { explain, OptionError, show } from "../errors.ts";
import type { Shape, Tensor } from "../graph/index.ts";
import type { ModelComputation, RunInputs } from "./computations.ts";
import type { Network } from "./network.ts";
import { areIn, gather, readNumbers, writeNumbers } from "./numbers.ts";

/** Programs that are kept; the one that was not used for longest goes first. */
const KEPT_PROGRAMS = 64;

interface Ready {
  readonly prepared: Prepared;
  readonly run: RunInputs;
  /** Of the outputs. */
  readonly shapes: readonly Shape[];
}

export class Executor {
  readonly #network: Network;
  #choice: EngineChoice | undefined;
  #engine: Promise<Engine> | undefined;
  #session: Session | undefined;
  readonly #programs = new Map<string, Ready>();
  #last: Promise<unknown> = Promise.resolve();
  /** Rows of the batches that stateful layers keep a state for. */
  #rows: number | undefined;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Forgets all programs; numbers stay. */
  reset(choice?: EngineChoice): void {
    this.#choice = choice;
    this.#engine = undefined;
    this.#session = undefined;
    this.#programs.clear();
  }

  /** The engine, loaded when it was not yet. */
  async engine(): Promise<Engine> {
    this.#engine ??= selectEngine(this.#choice);
    return await this.#engine;
  }

  /**
   * Runs a computation after all runs before it.
   *
   * @param key tells computations apart; the same key means the same computation
   * @param rows of the batch
   * @param variables of the computation besides weights and layer states
   * @param inputs numbers for the inputs of the computation, given which of those of a run it has
   */
  async run(
    key: string,
    rows: number,
    make: () => ModelComputation | Promise<ModelComputation>,
    variables: readonly Tensor[],
    inputs: (run: RunInputs) => readonly ArrayLike<number>[],
  ): Promise<readonly NumericArray[]> {
    return await this.exclusively(async () => {
      await this.#requireRows(rows);
      const { prepared, run, shapes } = await this.#ready(key, rows, make, variables);
      const results = await prepared.run(inputs(run));
      return results.map((data, i) => ({ data, shape: shapes[i]! }));
    });
  }

  /** A session in which the weights are, with all that a computation of one step needs. */
  async session(): Promise<Session> {
    return gather(
      this.#network.weights.map(({ variable }) => variable),
      await this.engine(),
    );
  }

  /** Does something while no program runs. */
  exclusively<T>(action: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(action);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Rows of the batches that stateful layers have a state for; `undefined` before the first and after a reset. */
  get rows(): number | undefined {
    return this.#rows;
  }

  set rows(rows: number | undefined) {
    this.#rows = rows;
  }

  /**
   * Sets the states of stateful layers back to where they begin: of these rows of the batch, or of all, and then the next
   * batch may have another number of rows.
   */
  resetStates(rows?: readonly number[]): void {
    const kept = this.#rows;
    if (rows !== undefined) {
      const wrong = rows.find((row) => !Number.isInteger(row) || row < 0 || row >= (kept ?? Number.POSITIVE_INFINITY));
      if (wrong !== undefined) {
        const expected = `rows from 0${kept === undefined ? "" : ` to ${kept - 1}`} for resetStates()`;
        throw new OptionError(explain({ expected, got: show(wrong) }));
      }
    }
    if (kept === undefined) return;
    if (rows !== undefined) {
      for (const variable of this.#network.stateVariables(kept).values()) {
        const [numbers, size] = [readNumbers(variable), variable.size / kept];
        for (const row of rows) numbers.fill(0, row * size, (row + 1) * size);
        writeNumbers(variable, numbers);
      }
      return;
    }
    for (const variable of this.#network.stateVariables(kept).values()) {
      writeNumbers(variable, new Float32Array(variable.size));
    }
    this.#rows = undefined;
  }

  async #ready(
    key: string,
    rows: number,
    make: () => ModelComputation | Promise<ModelComputation>,
    extra: readonly Tensor[],
  ): Promise<Ready> {
    const variables = [
      ...this.#network.weights.map(({ variable }) => variable),
      ...this.#network.stateVariables(rows).values(),
      ...extra,
    ];
    if (this.#session === undefined || !areIn(variables, this.#session)) {
      const session = gather(variables, await this.engine());
      if (session !== this.#session) this.#programs.clear();
      this.#session = session;
    }
    const known = this.#programs.get(key);
    const ready = known ?? (await this.#prepare(this.#session, make));
    this.#programs.delete(key);
    this.#programs.set(key, ready);
    if (this.#programs.size > KEPT_PROGRAMS) this.#programs.delete(this.#programs.keys().next().value!);
    return ready;
  }

  async #prepare(session: Session, make: () => ModelComputation | Promise<ModelComputation>): Promise<Ready> {
    await this.#network.load();
    const computation = await make();
    await loadFor(computation);
    const shapes = computation.outputs.map(({ shape }) => shape);
    return { prepared: session.prepare(computation), run: computation.run, shapes };
  }

  async #requireRows(rows: number): Promise<void> {
    if (!this.#network.isStateful) return;
    this.#rows ??= rows;
    if (this.#rows !== rows) throw (await import("./misfit.ts")).otherRows(this.#rows, rows);
  }
}
