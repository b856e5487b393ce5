/** What a compiled model is to `fit`: something that makes updates and evaluations, batch by batch. */
import type { NumericArray } from "../data/array.ts";
import type { Batch } from "../data/batches.ts";
import { explain, ShapeError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import { LearningRate } from "../train/learning-rate.ts";
import type { Progress } from "../train/progress.ts";
import { optimizerState, type StateVariable } from "../train/train-step.ts";
import type { BatchResult, Trainee, Weights } from "../train/trainee.ts";
import { evaluationOf, updateOf } from "./computations.ts";
import type { Executor } from "./executor.ts";
import { type Feed, feedBatch } from "./feed.ts";
import type { NamedWeight, Network } from "./network.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";
import type { Objective } from "./objective.ts";
import { longestFirst } from "./row-order.ts";
import type { TrainingState } from "./training-state.ts";

export class Training implements Trainee {
  readonly objective: Objective;
  readonly metrics: Trainee["metrics"];
  /** The weights that this training changes: those that were trainable when the model was compiled. */
  readonly parameters: readonly NamedWeight[];
  readonly optimizerState: readonly StateVariable[];
  step: number;
  progress: Progress | undefined;
  readonly #network: Network;
  readonly #executor: Executor;
  readonly #rate: LearningRate;
  readonly #seed: number;
  readonly save: (path: string) => Promise<void>;

  constructor(
    network: Network,
    executor: Executor,
    objective: Objective,
    parameters: readonly NamedWeight[],
    state: TrainingState,
    save: (path: string) => Promise<void>,
  ) {
    this.#network = network;
    this.#executor = executor;
    this.objective = objective;
    this.metrics = Object.fromEntries(objective.heads.flatMap(({ metrics }) => [...metrics]));
    this.step = state.step;
    this.progress = state.progress ?? undefined;
    this.#seed = state.seed;
    this.#rate = new LearningRate(objective.optimizer.schedule, state.fixedRate ?? undefined);
    this.save = save;
    this.parameters = parameters;
    this.optimizerState = optimizerState(objective.optimizer, this.#variables());
    for (const { variable, initial } of this.optimizerState) {
      writeNumbers(variable, new Float32Array(variable.size).fill(initial));
    }
  }

  get state(): TrainingState {
    const { step, progress = null } = this;
    return { step, fixedRate: this.#rate.fixed ?? null, seed: this.#seed, progress };
  }

  get learningRate(): number {
    return this.#rate.at(this.step);
  }

  set learningRate(rate: number) {
    this.#rate.set(rate);
  }

  async trainBatch(batch: Batch): Promise<BatchResult> {
    const feed = longestFirst(this.#network, feedBatch(this.#network, this.objective.heads, batch));
    const make = () => updateOf(this.#network, this.objective, this.#variables(), this.optimizerState, feed.shapes);
    const variables = this.optimizerState.map(({ variable }) => variable);
    const { step, learningRate } = this;
    const results = await this.#executor.run(keyOf("update", feed), feed.rows, make, variables, ({ key }) => [
      ...feed.numbers,
      ...(key ? [Int32Array.of(this.#seed, step)] : []),
      [step + 1],
      [learningRate],
    ]);
    this.step = step + 1;
    return this.#resultOf(results);
  }

  async evaluateBatch(batch: Batch): Promise<BatchResult> {
    const feed = longestFirst(this.#network, feedBatch(this.#network, this.objective.heads, batch));
    const make = () => evaluationOf(this.#network, this.objective, feed.shapes);
    return this.#resultOf(await this.#executor.run(keyOf("evaluate", feed), feed.rows, make, [], () => feed.numbers));
  }

  getWeights(): Weights {
    return Object.fromEntries(
      this.#network.weights.map(({ path, variable }) => [path, { shape: variable.shape, data: readNumbers(variable) }]),
    );
  }

  setWeights(weights: Weights): void {
    for (const { path, variable } of this.#network.weights) {
      const given = weights[path];
      if (given === undefined || !sameShape(given.shape, variable.shape)) {
        const expected = `weight ${show(path)} of shape ${showShape(variable.shape)}`;
        throw new ShapeError(explain({ expected, got: given ? showShape(given.shape) : "none" }));
      }
      writeNumbers(variable, given.data);
    }
  }

  resetStates(): void {
    this.#executor.resetStates();
  }

  #variables(): readonly Tensor[] {
    return this.parameters.map(({ variable }) => variable);
  }

  #resultOf([loss, ...sums]: readonly NumericArray[]): BatchResult {
    const names = Object.keys(this.metrics);
    return { loss: loss!.data[0]!, sums: Object.fromEntries(names.map((name, i) => [name, sums[i]!.data])) };
  }
}

function keyOf(kind: string, { shapes }: Feed): string {
  return `${kind} ${JSON.stringify(shapes)}`;
}
