/** What a compiled model is to `fit`: something that makes updates and evaluations, batch by batch. */
import type { NumericArray } from "../data/array.ts";
import type { Batch } from "../data/batches.ts";
import { type Tensor, variable } from "../graph/index.ts";
import type { Findings, Inspection } from "../train/anatomy.ts";
import { optimizerState, type StateVariable, updatesIn } from "../train/descend.ts";
import { LearningRate } from "../train/learning-rate.ts";
import type { Progress } from "../train/progress.ts";
import type { BatchResult, Trainee, WeightAccess } from "../train/trainee.ts";
import { type Parameter, type Trained, updateOf } from "./computations.ts";
import type { Executor } from "./executor.ts";
import { type Feed, feedBatch } from "./feed.ts";
import type { NamedWeight, Network } from "./network.ts";
import { writeNumbers } from "./numbers.ts";
import type { Objective } from "./objective.ts";
import { onDemand } from "./on-demand.ts";
import type { SegmentStates, Segments } from "./segments.ts";
import type { TrainingState } from "./training-state.ts";

const loadEvaluation = onDemand(() => import("./evaluation.ts"));

/** A variable under its full name. */
export interface NamedVariable extends Parameter {
  readonly path: string;
}

export class Training implements Trainee {
  readonly network: Network;
  readonly executor: Executor;
  readonly objective: Objective;
  readonly metrics: Trainee["metrics"];
  /** What descends: the weights that were trainable when the model was compiled, and what the balance trains. */
  readonly parameters: readonly NamedVariable[];
  /** All variables of the balance of losses. */
  readonly balance: readonly NamedVariable[];
  readonly optimizerState: readonly StateVariable[];
  readonly seed: number;
  step: number;
  progress: Progress | undefined;
  /** What was trained on last, for whoever looks into it. */
  last: { readonly feed: Feed; readonly step: number; readonly states: SegmentStates | undefined } | undefined;
  /** States of segments that were saved with the model: the next segment goes on from them. */
  restored: readonly NumericArray[] = [];
  /** What cuts rows into segments of time, once they are to be cut. */
  #segments: Segments | undefined;
  readonly #rate: LearningRate;
  readonly save: (path: string) => Promise<void>;

  constructor(
    network: Network,
    executor: Executor,
    objective: Objective,
    weights: readonly NamedWeight[],
    state: TrainingState,
    save: (path: string) => Promise<void>,
  ) {
    this.network = network;
    this.executor = executor;
    this.objective = objective;
    this.metrics = Object.fromEntries(objective.measures);
    this.step = state.step;
    this.progress = state.progress ?? undefined;
    this.seed = state.seed;
    this.#rate = new LearningRate(objective.optimizer.schedule, state.fixedRate ?? undefined);
    this.save = save;
    this.balance = balanceVariables(objective);
    const descends = this.balance.filter((_, i) => objective.balance.variables[i]!.trained);
    this.parameters = [...weights, ...descends];
    this.optimizerState = optimizerState(
      objective.optimizer,
      this.parameters.map(({ variable }) => variable),
    );
    for (const { variable, initial } of this.optimizerState) {
      writeNumbers(variable, new Float32Array(variable.size).fill(initial));
    }
  }

  get state(): TrainingState {
    const { step, progress = null } = this;
    return { step, fixedRate: this.#rate.fixed ?? null, seed: this.seed, progress };
  }

  get learningRate(): number {
    return this.#rate.at(updatesIn(this.step, this.objective.optimizer));
  }

  set learningRate(rate: number) {
    this.#rate.set(rate);
  }

  async trainBatch(batch: Batch, guarded = false): Promise<BatchResult> {
    const feed = await feedBatch(this.network, this.objective, batch);
    const states = batch.segment && this.#segments!.begin(batch);
    const make = async () => {
      const update = await updateOf(this.network, this.objective, this.#trained(), feed.shapes, states?.memory());
      return guarded ? (await import("./guard.ts")).guarded(update) : update;
    };
    const variables = [...variablesOf(this.balance), ...variablesOf(this.optimizerState), ...(states?.variables ?? [])];
    const { step, learningRate } = this;
    const program = keyOf(`${guarded ? "guarded " : ""}update${states ? " of a segment" : ""}`, feed);
    const results = await this.executor.run(program, feed.rows, make, variables, ({ key }) => [
      ...feed.numbers,
      ...(key ? [Int32Array.of(this.seed, step)] : []),
      [step + 1],
      [learningRate],
    ]);
    this.step = step + 1;
    this.last = { feed, step, states };
    const result = this.#resultOf(results);
    if (states) Object.assign(result.sums, this.#segments!.sumsOf(result, batch));
    return guarded ? { ...result, finite: results.at(-1)!.data[0] === 1 } : result;
  }

  async evaluateBatch(batch: Batch): Promise<BatchResult> {
    const feed = await feedBatch(this.network, this.objective, batch);
    const { evaluationOf } = await loadEvaluation();
    const make = () => evaluationOf(this.network, this.objective, this.#trained(), feed.shapes);
    const key = keyOf("evaluate", feed);
    return this.#resultOf(await this.executor.run(key, feed.rows, make, variablesOf(this.balance), () => feed.numbers));
  }

  async inspect(build: Inspection): Promise<Findings> {
    return await (await import("./inspection.ts")).inspect(this, build);
  }

  async weights(): Promise<WeightAccess> {
    return (await import("./training-weights.ts")).weightsOf(this);
  }

  resetStates(): void {
    this.executor.resetStates();
  }

  async segments(length: number): Promise<(batch: Batch) => readonly Batch[]> {
    const { Segments } = await import("./segments.ts");
    await this.network.load();
    this.#segments ??= new Segments(this.network, this.objective, this.restored);
    return this.#segments.cutter(length);
  }

  #trained(): Trained {
    const { parameters, optimizerState } = this;
    return { parameters, optimizerState, balance: variablesOf(this.balance) };
  }

  #resultOf([loss, ...sums]: readonly NumericArray[]): BatchResult {
    const names = Object.keys(this.metrics);
    return { loss: loss!.data[0]!, sums: Object.fromEntries(names.map((name, i) => [name, sums[i]!.data])) };
  }
}

/** One for each variable of the balance, with its first numbers: one for each output. */
function balanceVariables({ balance, heads }: Objective): NamedVariable[] {
  return balance.variables.map(({ name, initial }) => {
    const made = variable(`balance.${name}`, [heads.length]);
    writeNumbers(made, new Float32Array(heads.length).fill(initial));
    return { path: `balance/${name}`, variable: made };
  });
}

function variablesOf(list: readonly { readonly variable: Tensor }[]): readonly Tensor[] {
  return list.map(({ variable }) => variable);
}

function keyOf(kind: string, { shapes }: Feed): string {
  return `${kind} ${JSON.stringify(shapes)}`;
}
