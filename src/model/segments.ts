/** What a model needs to be trained segment by segment of its rows. It loads when `truncate` asks for it. */
import type { NumericArray } from "../data/array.ts";
import type { Batch } from "../data/batches.ts";
import { cutInTime, type Sequences } from "../data/segments.ts";
import type { NumberArray } from "../engine/engine.ts";
import { explain, OptionError, show } from "../errors.ts";
import { input, type Tensor } from "../graph/index.ts";
import { sameShape } from "../graph/tensor.ts";
import type { Memory } from "../layers/trace.ts";
import type { BatchResult } from "../train/trainee.ts";
import { traceNetwork } from "./computations.ts";
import { remembering } from "./memory.ts";
import type { End, Network } from "./network.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";
import type { Objective } from "./objective.ts";

const REMEDY = "train on whole rows, without `truncate`";
const how = { parts: "segment by segment", remedy: REMEDY, needsSteps: true } as const;

export class Segments {
  readonly #network: Network;
  readonly #objective: Objective;
  readonly #saved: readonly NumericArray[];
  readonly #states = new Map<number, SegmentStates>();

  /** @param saved states that a training within an epoch was saved with, in the order of the layers */
  constructor(network: Network, objective: Objective, saved: readonly NumericArray[]) {
    this.#network = network;
    this.#objective = objective;
    this.#saved = saved;
  }

  /** How batches are cut. Throws an `OptionError` for a model that cannot be trained so. */
  cutter(length: number): (batch: Batch) => readonly Batch[] {
    const { inputs, outputs, singleInput, singleOutput } = this.#network;
    this.#check();
    const among = (ends: readonly End[], single: boolean) => (name?: string) =>
      ends.some((end) => isSequence(end) && (single ? name === undefined : name === undefined || name === end.name));
    const sequences: Sequences = { x: among(inputs, singleInput), y: among(outputs, singleOutput) };
    return (batch) => cutInTime(batch, length, sequences);
  }

  /** The states that a segment begins with. */
  begin({ rows, segment }: Batch): SegmentStates {
    const states = this.#states.get(rows) ?? new SegmentStates(this.#variablesOf(rows), this.#saved);
    this.#states.set(rows, states);
    if (segment!.begins) states.clear();
    states.remember();
    return states;
  }

  /** The sums of means over rows, which count by the steps of a segment, also of rows that have ended. */
  sumsOf({ sums }: BatchResult, { rows, segment }: Batch): Record<string, ArrayLike<number>> {
    const means = [...this.#objective.measures].filter(([, { isOfRows }]) => isOfRows);
    const weight = rows * segment!.share;
    return Object.fromEntries(
      means.map(([name]) => {
        const [sum, count] = Array.from(sums[name]!) as [number, number];
        return [name, count === 0 ? [0, 0] : [(sum / count) * weight, weight]];
      }),
    );
  }

  #check(): void {
    const { inputs, outputs, singleInput, singleOutput } = this.#network;
    const fail = (expected: string, got: string, remedy = REMEDY) => {
      throw new OptionError(explain({ expected: `${expected} for \`truncate\``, got, remedy }));
    };
    if (this.#network.isStateful) {
      const remedy =
        "leave `stateful` out: states go on from segment to segment, and begin anew with each batch of rows";
      fail("a model without stateful layers", "one with them", remedy);
    }
    if (!inputs.some(isSequence)) {
      const got = inputs.map(({ name, symbol }) => `${show(name)} [${symbol.shape.join(", ")}]`).join(" and ");
      const remedy = "build it for any number of steps: null in the place of their number";
      fail("an input of any number of steps", singleInput ? got.slice(got.indexOf("[")) : got, remedy);
    }
    for (const end of outputs) {
      if (isSequence(end)) continue;
      const got = `${singleOutput ? "one" : `one of ${show(end.name)}`} for the whole row`;
      fail("outputs for each step", got, `give the recurrent layers returnSequences: true, or ${REMEDY}`);
    }
    const sequenceLoss = this.#objective.heads.find(({ loss }) => loss.ofSequences)?.loss.name;
    if (sequenceLoss !== undefined) fail("a loss that is a mean over steps", sequenceLoss);
    this.#variablesOf(1);
  }

  /** The states that layers keep. Layers that need whole sequences say so. */
  #variablesOf(rows: number): ReadonlyMap<string, Tensor> {
    const states = new Map<string, Tensor>();
    const shapes = {
      x: this.#network.inputs.map(({ symbol }) => [rows, ...symbol.shape.map((size) => size ?? 2)]),
      lengths: this.#network.inputs.map(() => undefined),
    };
    traceNetwork(this.#network, shapes, { training: true, step: input("step", []), memory: remembering(states, how) });
    return states;
  }
}

/** What the layers of a model remember of so many rows. */
export class SegmentStates {
  readonly #byName: Map<string, Tensor>;
  /** Their numbers before the last segment. */
  #before: readonly NumberArray[] = [];

  constructor(byName: ReadonlyMap<string, Tensor>, saved: readonly NumericArray[]) {
    this.#byName = new Map(byName);
    for (const [i, state] of this.variables.entries()) {
      const found = saved[i];
      if (found && sameShape(found.shape, state.shape)) writeNumbers(state, found.data);
    }
  }

  get variables(): readonly Tensor[] {
    return [...this.#byName.values()];
  }

  get numbers(): readonly NumericArray[] {
    return this.variables.map((state) => ({ data: readNumbers(state), shape: state.shape }));
  }

  /** For one trace. */
  memory(): Memory {
    return remembering(this.#byName, how);
  }

  /** Sets them to zero: other rows begin. */
  clear(): void {
    for (const state of this.variables) writeNumbers(state, new Float32Array(state.size));
  }

  /** Keeps what they are now, for `asBefore`. */
  remember(): void {
    this.#before = this.variables.map(readNumbers);
  }

  /** Does something with the states that were there before the last segment. */
  async asBefore<T>(action: () => Promise<T>): Promise<T> {
    const after = this.variables.map(readNumbers);
    const set = (numbers: readonly NumberArray[]) => {
      for (const [i, state] of this.variables.entries()) writeNumbers(state, numbers[i]!);
    };
    set(this.#before);
    try {
      return await action();
    } finally {
      set(after);
    }
  }
}

function isSequence({ symbol }: End): boolean {
  return symbol.shape[0] === null;
}
