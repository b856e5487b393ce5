/** A model: layers joined, with numbers, ready to predict and, once compiled, to train. */
import { type ArrayLikeInput, type NumericArray, toNumericArray } from "../data/array.ts";
import { type BatchStream, type ColumnsInput, type Examples, isBatchStream } from "../data/batches.ts";
import type { NumberArray } from "../engine/engine.ts";
import type { EngineChoice } from "../engine/select.ts";
import { explain, ShapeError, StateError, show } from "../errors.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import type { EvaluateOptions } from "../train/evaluate.ts";
import { fit as train } from "../train/fit.ts";
import type { FitOptions } from "../train/fit-options.ts";
import type { History } from "../train/history.ts";
import { type ModelConfig, networkConfig } from "./config.ts";
import { Executor } from "./executor.ts";
import type { Measures, Prediction, SampleWeightsOf, TargetsOf } from "./names.ts";
import type { NamedLayer, NamedWeight, Network } from "./network.ts";
import { initialize, isInitialized, readNumbers, writeNumbers } from "./numbers.ts";
import { type CompileOptions, type Objective, resolveObjective } from "./objective.ts";
import { onDemand } from "./on-demand.ts";
import type { PredictOptions } from "./predict.ts";
import type { Saved } from "./restoring.ts";
import type { SaveOptions } from "./saving.ts";
import type { Stream, StreamOptions } from "./stream.ts";
import { summaryOf } from "./summary.ts";
import { Training } from "./training.ts";
import type { TrainingState } from "./training-state.ts";
import { examplesOf, type Weighted } from "./user-data.ts";

/** A weight and its numbers. */
export interface WeightValue extends NumericArray {
  /** `lstm_1/kernel` */
  readonly name: string;
  readonly data: NumberArray;
}

const loadTrainOnBatch = onDemand(() => import("./train-on-batch.ts"));

const fresh: TrainingState = { step: 0, fixedRate: null, seed: 0, progress: null };

/** The layers of a model, and what runs them: for other files of this room. Weights have numbers from here on. */
export let partsOf: (model: Model<Prediction, ColumnsInput>) => {
  readonly network: Network;
  readonly executor: Executor;
};

/** Rows of data for a model. */
type ExamplesOf<P extends Prediction, X extends ColumnsInput> = Examples<X, TargetsOf<P>, SampleWeightsOf<P>>;

/**
 * @typeParam P what `predict` gives
 * @typeParam X what the inputs take
 */
export class Model<P extends Prediction = NumericArray, X extends ColumnsInput = ColumnsInput> {
  static {
    partsOf = (model) => {
      model.#drawMissing();
      return { network: model.#network, executor: model.#executor };
    };
  }

  readonly #network: Network;
  readonly #executor: Executor;
  /** What it is compiled for; a promise while the lists of names that were used are loading. */
  #training: Training | Promise<Training> | undefined;
  #isTraining = false;

  /** Models are made by `sequential`, `model` and `load`. */
  constructor(network: Network, saved?: Saved, engine?: EngineChoice) {
    this.#network = network;
    this.#executor = new Executor(network);
    this.#executor.reset(engine);
    if (saved === undefined) return;
    this.#executor.rows = saved.rows;
    if (saved.training === undefined) return;
    const { objective, frozen, state } = saved.training;
    const parameters = network.weights.filter(({ path }) => !frozen.includes(path));
    const training = this.#trainingOf(objective, parameters, state);
    saved.restore(training);
    this.#training = training;
  }

  /** The layers, each once, under the names that they have in this model. */
  get layers(): readonly NamedLayer[] {
    return this.#network.layers;
  }

  get inputNames(): readonly string[] {
    return this.#network.inputs.map(({ name }) => name);
  }

  get outputNames(): readonly string[] {
    return this.#network.outputs.map(({ name }) => name);
  }

  /** Updates made since it was compiled. */
  get step(): number {
    return this.#training instanceof Training ? this.#training.step : 0;
  }

  /** Says what to train for and how. Weights stay; the optimizer's state begins anew, without those that are frozen. */
  compile(options: CompileOptions<P>): void {
    this.#requireIdle("compile()");
    const objective = resolveObjective(this.#network, options as CompileOptions);
    const { seed = 0, engine } = options;
    this.#executor.reset(engine);
    this.#draw(seed);
    const state = { ...fresh, seed };
    const parameters = this.#network.weights.filter(({ trainable }) => trainable);
    if (!(objective instanceof Promise)) {
      this.#training = this.#trainingOf(objective, parameters, state);
      return;
    }
    const training = objective.then((loaded) => this.#trainingOf(loaded, parameters, state));
    this.#training = training;
    training.then(
      (made) => {
        if (this.#training === training) this.#training = made;
      },
      // Whoever asks for the training next is told what is wrong.
      () => {},
    );
  }

  /** Trains on arrays: rows first. A model has one training at a time. */
  fit(x: X, y: TargetsOf<P>, options?: FitOptions<ExamplesOf<P, X>> & Weighted<SampleWeightsOf<P>>): Promise<History>;
  /** Trains on batches `{ x, y, sampleWeight }` as they come. */
  fit(batches: BatchStream<ExamplesOf<P, X>>, options?: FitOptions<ExamplesOf<P, X>>): Promise<History>;
  async fit(data: unknown, second: unknown = {}, third: unknown = {}): Promise<History> {
    const compiled = this.#requireCompiled("fit()");
    const { examples, options } = examplesOf<FitOptions>(data, second, third);
    return await this.#exclusively("fit()", async () => {
      const isAnyOrder = !this.#network.isStateful || isBatchStream(examples);
      const checked = isAnyOrder ? options : (await import("./in-order.ts")).inOrder(examples, options);
      return await train(await compiled, examples, checked);
    });
  }

  /** Loss and metrics on arrays, by name. */
  evaluate(x: X, y: TargetsOf<P>, options?: EvaluateOptions & Weighted<SampleWeightsOf<P>>): Promise<Measures<P>>;
  /** Loss and metrics on batches as they come. */
  evaluate(batches: BatchStream<ExamplesOf<P, X>>, options?: EvaluateOptions): Promise<Measures<P>>;
  async evaluate(data: unknown, second: unknown = {}, third: unknown = {}): Promise<Measures<P>> {
    const compiled = this.#requireCompiled("evaluate()");
    const { examples, options } = examplesOf<EvaluateOptions>(data, second, third);
    const { evaluate } = await import("../train/evaluate.ts");
    return (await evaluate(await compiled, examples, options)) as Measures<P>;
  }

  /** One update on one batch; gives its loss and metrics by name. */
  async trainOnBatch(
    x: X,
    y: TargetsOf<P>,
    options: Weighted<SampleWeightsOf<P>> & Pick<FitOptions, "classWeight"> = {},
  ): Promise<Measures<P>> {
    const compiled = this.#requireCompiled("trainOnBatch()");
    return await this.#exclusively("trainOnBatch()", async () => {
      const { trainOnBatch } = await loadTrainOnBatch();
      return (await trainOnBatch(await compiled, x, y as ColumnsInput, options as Weighted)) as Measures<P>;
    });
  }

  /**
   * What the model makes of `x`, all rows of it. Where `x` is `ragged`, so are outputs that are sequences: each row has the
   * steps that its input has, in the order given.
   */
  async predict(x: X, options: PredictOptions = {}): Promise<P> {
    this.#drawMissing();
    const { predict } = await import("./predict.ts");
    return await predict<P>(this.#network, this.#executor, x, options);
  }

  /**
   * The model for sequences that come one step of time at a time: states stay from step to step, and a step takes
   * microseconds. It shares its weights with the model; make a new one after `compile` with another engine.
   *
   * Of an encoder-decoder the decoder alone goes step by step where the source is given as a constant:
   * `stream({ constants: { source } })`.
   *
   * @throws OptionError when a layer that goes step by step needs the whole sequence: one that goes backwards, say
   */
  async stream(options: StreamOptions = {}): Promise<Stream<P>> {
    this.#drawMissing();
    const { openStream } = await import("./stream.ts");
    return await this.#executor.exclusively(() => openStream<P>(this.#network, this.#executor, options));
  }

  /** All weights in the order and with the shapes of Keras, layer by layer: kernel, recurrent kernel, bias. */
  getWeights(): readonly WeightValue[] {
    this.#drawMissing();
    return this.#network.weights.map(({ path, variable }) => ({
      name: path,
      shape: variable.shape,
      data: readNumbers(variable),
    }));
  }

  /** Gives all weights their numbers, in the order of `getWeights`. */
  setWeights(weights: readonly ArrayLikeInput[]): void {
    this.#requireIdle("setWeights()");
    const own = this.#network.weights;
    if (weights.length !== own.length) {
      throw new ShapeError(explain({ expected: `${own.length} weights`, got: `${weights.length}` }));
    }
    const arrays = weights.map((given, index) => toNumericArray(given, own[index]!.path));
    for (const [index, { path, variable }] of own.entries()) {
      const { shape } = arrays[index]!;
      if (sameShape(shape, variable.shape)) continue;
      const expected = `weight ${show(path)} of shape ${showShape(variable.shape)}`;
      throw new ShapeError(explain({ expected, got: showShape(shape) }));
    }
    for (const [index, { variable }] of own.entries()) writeNumbers(variable, arrays[index]!.data);
  }

  /**
   * Sets the states of stateful layers back to where they begin: zeros, or what `learnInitialState` has learnt.
   *
   * @param rows of the batch whose sequences have ended; the others go on. @default all, and the next batch may have
   * another number of rows
   * @throws OptionError for a row that the batch does not have
   */
  resetStates(rows?: readonly number[]): void {
    this.#executor.resetStates(rows);
  }

  /** A table of the layers. */
  summary(): string {
    return summaryOf(this.#network);
  }

  /** The layers and how they are joined, as plain data. */
  getConfig(): ModelConfig {
    return networkConfig(this.#network);
  }

  /** Name and kind of the engine that runs this model. */
  async engine(): Promise<{ readonly name: string; readonly detail: string }> {
    const { name, detail } = await this.#executor.engine();
    return { name, detail };
  }

  /** Everything as bytes; see `save`. */
  async toBytes(options: SaveOptions = {}): Promise<Uint8Array> {
    this.#drawMissing();
    const { encodeModel } = await import("./saving.ts");
    return await this.#executor.exclusively(async () =>
      encodeModel(this.#network, this.#executor.rows, await this.#training, options),
    );
  }

  /**
   * Writes one file with layers, weights, and what training needs to go on bit for bit: objective, optimizer, random
   * state, progress. It is a safetensors file; `load` reads it.
   */
  async save(path: string, options: SaveOptions = {}): Promise<void> {
    const bytes = await this.toBytes(options);
    const { writeFile } = await import("./saving.ts");
    await writeFile(path, bytes);
  }

  /** Draws first numbers for weights that have none that were set or used. */
  #draw(seed: number): void {
    for (const [index, { variable, generate }] of this.#network.weights.entries()) {
      initialize(variable, generate, seed, index);
    }
  }

  /** Draws first numbers where there are none, as `compile` does without a seed. */
  #drawMissing(): void {
    for (const [index, { variable, generate }] of this.#network.weights.entries()) {
      if (!isInitialized(variable)) initialize(variable, generate, fresh.seed, index);
    }
  }

  #trainingOf(objective: Objective, parameters: readonly NamedWeight[], state: TrainingState): Training {
    return new Training(this.#network, this.#executor, objective, parameters, state, (path) => this.save(path));
  }

  #requireCompiled(owner: string): Training | Promise<Training> {
    if (this.#training !== undefined) return this.#training;
    const remedy = "call compile({ loss, optimizer }) first";
    throw new StateError(explain({ expected: `a compiled model for ${owner}`, got: "one that is not", remedy }));
  }

  #requireIdle(owner: string): void {
    if (!this.#isTraining) return;
    const remedy = "wait for fit() to end";
    throw new StateError(
      explain({ expected: `a model that is not training for ${owner}`, got: "one that is", remedy }),
    );
  }

  async #exclusively<T>(owner: string, action: () => Promise<T>): Promise<T> {
    this.#requireIdle(owner);
    this.#isTraining = true;
    try {
      return await action();
    } finally {
      this.#isTraining = false;
    }
  }
}
