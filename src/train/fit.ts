/** The loop over epochs and batches. */
import type { BatchStream, Examples } from "../data/batches.ts";
import { explain, StateError } from "../errors.ts";
import type { Callback, TrainBegin, TrainEvent, TrainingControl } from "./callbacks/callback.ts";
import { evaluateEpoch } from "./evaluate.ts";
import { type FitOptions, type Plan, plan } from "./fit-options.ts";
import { addEpoch, type History } from "./history.ts";
import type { CallbackState, Progress } from "./progress.ts";
import { Tally } from "./tally.ts";
import type { Trainee } from "./trainee.ts";
import { yieldToEventLoop } from "./yield-to-event-loop.ts";

/**
 * Trains until the last epoch, or until a callback or the signal stops it. What was stopped within an epoch is not in the
 * history, but it is in the model and in its `progress`, from which `resume: true` goes on.
 *
 * The order of the rows depends on `seed` and the number of the epoch alone, and whatever else is random on the model's
 * own seed and step, so that the same call gives the same model, and a resumed one too.
 */
export async function fit(trainee: Trainee, data: Examples | BatchStream, options: FitOptions = {}): Promise<History> {
  if (busy.has(trainee)) {
    throw new StateError(explain({ expected: "a model that is not being trained", got: "one that is in fit()" }));
  }
  busy.add(trainee);
  try {
    const training = new Training(trainee, await plan(trainee, data, await withCriterion(options)));
    try {
      return await training.run();
    } finally {
      await training.close();
    }
  } finally {
    busy.delete(trainee);
  }
}

/** The options with the callback that ends the training where it is to converge; its code loads when it is asked for. */
async function withCriterion(options: FitOptions): Promise<FitOptions> {
  const { until, callbacks = [] } = options;
  if (until === undefined) return options;
  const { untilConverged } = await import("./callbacks/until-converged.ts");
  return { ...options, callbacks: [...callbacks, untilConverged(until)] };
}

const busy = new WeakSet<Trainee>();

class Training {
  readonly #trainee: Trainee;
  readonly #plan: Plan;
  readonly #control: TrainingControl;
  readonly #began = performance.now();
  readonly #giveWay = yieldToEventLoop();
  /** Where this training stands, but for the callbacks' states. */
  #history: History;
  #epoch: number;
  #batch: number;
  #tally: Tally;
  #stopped: string | undefined;
  #saves: string[] = [];

  constructor(trainee: Trainee, plan: Plan) {
    const { epoch, batch, sums, history } = plan.from;
    this.#trainee = trainee;
    this.#plan = plan;
    this.#history = { epochs: history.epochs, metrics: history.metrics };
    this.#epoch = epoch;
    this.#batch = batch;
    this.#tally = new Tally(trainee.metrics, batch > 0 ? sums : {});
    this.#control = this.#makeControl();
  }

  async run(): Promise<History> {
    const { epochs, source, validation } = this.#plan;
    const names = Object.keys(this.#tally.results());
    const metrics = validation ? [...names, ...names.map((name) => `val_${name}`)] : names;
    const batches = source.batches === undefined ? {} : { batches: source.batches };
    const begin: TrainBegin = { type: "trainBegin", epochs, initialEpoch: this.#epoch, ...batches, metrics };
    for (const callback of this.#plan.callbacks) await callback.onTrainBegin?.(begin, this.#control);
    this.#restoreCallbacks();
    while (this.#epoch < epochs && !this.#mustStop()) await this.#runEpoch();

    const stopped = this.#stopped === undefined ? {} : { stopped: this.#stopped };
    await this.#tell({ type: "trainEnd", epochs: this.#epoch, ...stopped, seconds: secondsSince(this.#began) });
    return { ...this.#history, ...stopped };
  }

  async close(): Promise<void> {
    await this.#plan.source.close?.();
    await this.#plan.validation?.source.close?.();
  }

  async #runEpoch(): Promise<void> {
    const began = performance.now();
    const epoch = this.#epoch;
    if (this.#batch === 0) await this.#trainee.resetStates();
    const { learningRate: firstRate } = this.#trainee;
    await this.#tell({ type: "epochBegin", epoch, batch: this.#batch, learningRate: firstRate });
    if (this.#mustStop() || !(await this.#trainBatches())) return;

    const metrics = this.#tally.results();
    const { validation } = this.#plan;
    if (validation !== undefined) {
      const tally = await this.#validate(validation);
      if (tally === undefined) return;
      Object.assign(metrics, tally.results("val_"));
    }
    this.#history = addEpoch(this.#history, epoch, metrics);
    this.#epoch = epoch + 1;
    this.#batch = 0;
    this.#tally = new Tally(this.#trainee.metrics);
    const learningRate = this.#trainee.learningRate;
    await this.#tell({ type: "epochEnd", epoch, metrics, learningRate, seconds: secondsSince(began) });
  }

  async #validate(validation: NonNullable<Plan["validation"]>): Promise<Tally | undefined> {
    const epoch = this.#epoch;
    await this.#tell({ type: "testBegin", epoch });
    try {
      return await evaluateEpoch(this.#trainee, validation, epoch, () => this.#mustStop());
    } finally {
      await this.#tell({ type: "testEnd", epoch });
    }
  }

  /** Trains on the batches that are left of this epoch; false when it was stopped among them. */
  async #trainBatches(): Promise<boolean> {
    const { source, callbacks, classWeight } = this.#plan;
    const guarded = callbacks.some(({ guardsWeights }) => guardsWeights);
    for await (const batch of source.epoch(this.#epoch, this.#batch)) {
      const { learningRate } = this.#trainee;
      const result = await this.#trainee.trainBatch(classWeight ? { ...batch, classWeight } : batch, guarded);
      this.#tally.add(result, batch.rows);
      this.#batch++;
      await this.#tell({
        type: "batchEnd",
        epoch: this.#epoch,
        batch: this.#batch - 1,
        rows: batch.rows,
        batchLoss: result.loss,
        ...(result.finite !== undefined && { finite: result.finite }),
        metrics: this.#tally.results(),
        learningRate,
        step: this.#trainee.step,
        ...this.#timeLeft(),
      });
      await this.#giveWay();
      if (this.#mustStop()) return false;
    }
    return true;
  }

  #mustStop(): boolean {
    if (this.#plan.signal?.aborted) this.#stopped ??= "aborted";
    return this.#stopped !== undefined;
  }

  /** The time so far per batch so far (validation included), times the batches to come. */
  #timeLeft(): { batches?: number; secondsLeft?: number } {
    const { source, epochs, from } = this.#plan;
    const { batches } = source;
    if (batches === undefined) return {};
    const at = (epoch: number, batch: number) => epoch * batches + batch;
    const done = at(this.#epoch, this.#batch) - at(from.epoch, from.batch);
    const left = at(epochs, 0) - at(this.#epoch, this.#batch);
    return { batches, secondsLeft: (secondsSince(this.#began) / done) * left };
  }

  async #tell(event: Exclude<TrainEvent, TrainBegin>): Promise<void> {
    // Set on both sides, so that it is right for whoever saves the model during the event and exact afterwards.
    this.#trainee.progress = this.#progress();
    for (const callback of this.#plan.callbacks) await dispatch(callback, event, this.#control);
    this.#trainee.progress = this.#progress();
    // While the model is measured its weights may be others, which are no place to go on from.
    if (event.type === "testBegin") return;
    for (const path of this.#saves.splice(0)) await this.#trainee.save?.(path);
  }

  #progress(): Progress {
    const states = this.#plan.callbacks.flatMap((callback, index): [string, CallbackState][] =>
      callback.state ? [[keyOf(callback, index), callback.state()]] : [],
    );
    return {
      initialEpoch: this.#plan.from.initialEpoch,
      epoch: this.#epoch,
      batch: this.#batch,
      sums: this.#batch > 0 ? this.#tally.sums : {},
      order: this.#plan.order,
      history: this.#history,
      callbacks: Object.fromEntries(states),
    };
  }

  #restoreCallbacks(): void {
    for (const [index, callback] of this.#plan.callbacks.entries()) {
      const state = this.#plan.from.callbacks[keyOf(callback, index)];
      if (state !== undefined) callback.restore?.(state);
    }
  }

  #makeControl(): TrainingControl {
    const trainee = this.#trainee;
    return {
      get learningRate() {
        return trainee.learningRate;
      },
      set learningRate(rate: number) {
        trainee.learningRate = rate;
      },
      stop: (reason) => {
        this.#stopped ??= reason;
      },
      save: (path) => {
        if (trainee.save === undefined) {
          throw new StateError(explain({ expected: "a place where this model can be saved", got: "none" }));
        }
        this.#saves.push(path);
      },
      getWeights: () => trainee.getWeights(),
      setWeights: (weights) => trainee.setWeights(weights),
      inspect: async (build) => {
        if (trainee.inspect !== undefined) return await trainee.inspect(build);
        throw new StateError(explain({ expected: "a model whose training can be looked into", got: "another" }));
      },
      averagedWeights: () => trainee.averagedWeights?.(),
      directionOf: (metric) => {
        const name = metric.replace(/^val_/, "");
        return name === "loss" || name.endsWith("_loss") ? "min" : trainee.metrics[name]?.direction;
      },
    };
  }
}

function dispatch(
  callback: Callback,
  event: Exclude<TrainEvent, TrainBegin>,
  control: TrainingControl,
): void | Promise<void> {
  switch (event.type) {
    case "epochBegin":
      return callback.onEpochBegin?.(event, control);
    case "batchEnd":
      return callback.onBatchEnd?.(event, control);
    case "testBegin":
      return callback.onTestBegin?.(event, control);
    case "testEnd":
      return callback.onTestEnd?.(event, control);
    case "epochEnd":
      return callback.onEpochEnd?.(event, control);
    case "trainEnd":
      return callback.onTrainEnd?.(event, control);
  }
}

function keyOf(callback: Callback, index: number): string {
  return `${index}.${callback.name}`;
}

function secondsSince(time: number): number {
  return (performance.now() - time) / 1000;
}
