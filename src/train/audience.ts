/** The callbacks of one training: what they are told, and what they may do. It loads where there are some. */
import { explain, StateError } from "../errors.ts";
import type { Callback, TrainBegin, TrainEvent, TrainingControl } from "./callbacks/callback.ts";
import type { Plan } from "./fit-options.ts";
import type { CallbackState, Progress } from "./progress.ts";
import type { BatchResult, Trainee, WeightAccess } from "./trainee.ts";

/** What a training tells its callbacks. */
export class Audience {
  readonly #trainee: Trainee;
  readonly #plan: Plan;
  readonly #control: TrainingControl;
  readonly #began = performance.now();
  #epochBegan = this.#began;
  #isMeasured = false;
  readonly #saves: string[] = [];

  private constructor(trainee: Trainee, plan: Plan, weights: WeightAccess, stop: (reason: string) => void) {
    this.#trainee = trainee;
    this.#plan = plan;
    this.#control = this.#makeControl(weights, stop);
  }

  /**
   * Says that training begins, and gives the callbacks the states that they had where it goes on.
   *
   * @param stop ends the training, for a reason
   */
  static async gather(trainee: Trainee, plan: Plan, stop: (reason: string) => void): Promise<Audience> {
    const audience = new Audience(trainee, plan, await trainee.weights(), stop);
    await audience.#trainBegin();
    return audience;
  }

  async #trainBegin(): Promise<void> {
    const { epochs, source, validation, from, callbacks } = this.#plan;
    const names = ["loss", ...Object.keys(this.#trainee.metrics)];
    const metrics = validation ? [...names, ...names.map((name) => `val_${name}`)] : names;
    const batches = source.batches === undefined ? {} : { batches: source.batches };
    const begin: TrainBegin = { type: "trainBegin", epochs, initialEpoch: from.epoch, ...batches, metrics };
    for (const callback of callbacks) await callback.onTrainBegin?.(begin, this.#control);
    for (const [index, callback] of callbacks.entries()) {
      const state = from.callbacks[keyOf(callback, index)];
      if (state !== undefined) callback.restore?.(state);
    }
  }

  async epochBegin(epoch: number, batch: number): Promise<void> {
    this.#epochBegan = performance.now();
    await this.#tell({ type: "epochBegin", epoch, batch, learningRate: this.#trainee.learningRate });
  }

  /** @param learningRate that of this batch's update */
  async batchEnd(
    { epoch, batch, rows, learningRate }: { epoch: number; batch: number; rows: number; learningRate: number },
    { loss, finite }: BatchResult,
    metrics: Readonly<Record<string, number>>,
  ): Promise<void> {
    await this.#tell({
      type: "batchEnd",
      epoch,
      batch,
      rows,
      batchLoss: loss,
      ...(finite !== undefined && { finite }),
      metrics,
      learningRate,
      step: this.#trainee.step,
      ...this.#timeLeft(epoch, batch + 1),
    });
  }

  async testBegin(epoch: number): Promise<void> {
    this.#isMeasured = true;
    await this.#tell({ type: "testBegin", epoch });
  }

  async testEnd(epoch: number): Promise<void> {
    this.#isMeasured = false;
    await this.#tell({ type: "testEnd", epoch });
  }

  async epochEnd(epoch: number, metrics: Readonly<Record<string, number>>): Promise<void> {
    const { learningRate } = this.#trainee;
    await this.#tell({ type: "epochEnd", epoch, metrics, learningRate, seconds: secondsSince(this.#epochBegan) });
  }

  async trainEnd(epochs: number, stopped: { readonly stopped?: string }): Promise<void> {
    await this.#tell({ type: "trainEnd", epochs, ...stopped, seconds: secondsSince(this.#began) });
  }

  /** Writes what callbacks asked to save. While the model is measured its weights may be others, which are no place to go on from. */
  async save(): Promise<void> {
    if (this.#isMeasured) return;
    for (const path of this.#saves.splice(0)) await this.#trainee.save?.(path);
  }

  get states(): Progress["callbacks"] {
    const states = this.#plan.callbacks.flatMap((callback, index): [string, CallbackState][] =>
      callback.state ? [[keyOf(callback, index), callback.state()]] : [],
    );
    return Object.fromEntries(states);
  }

  async #tell(event: Exclude<TrainEvent, TrainBegin>): Promise<void> {
    for (const callback of this.#plan.callbacks) await dispatch(callback, event, this.#control);
  }

  /** The time so far per batch so far (validation included), times the batches to come. */
  #timeLeft(epoch: number, batch: number): { batches?: number; secondsLeft?: number } {
    const { source, epochs, from } = this.#plan;
    const { batches } = source;
    if (batches === undefined) return {};
    const at = (epochs: number, more: number) => epochs * batches + more;
    const done = at(epoch, batch) - at(from.epoch, from.batch);
    const left = at(epochs, 0) - at(epoch, batch);
    return { batches, secondsLeft: (secondsSince(this.#began) / done) * left };
  }

  #makeControl(weights: WeightAccess, stop: (reason: string) => void): TrainingControl {
    const trainee = this.#trainee;
    return {
      get learningRate() {
        return trainee.learningRate;
      },
      set learningRate(rate: number) {
        trainee.learningRate = rate;
      },
      stop,
      save: (path) => {
        if (trainee.save === undefined) {
          throw new StateError(explain({ expected: "a place where this model can be saved", got: "none" }));
        }
        this.#saves.push(path);
      },
      getWeights: weights.get,
      setWeights: weights.set,
      inspect: async (build) => {
        if (trainee.inspect !== undefined) return await trainee.inspect(build);
        throw new StateError(explain({ expected: "a model whose training can be looked into", got: "another" }));
      },
      averagedWeights: () => weights.averages?.(),
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
