import { describe, expect, test } from "vitest";
import { OptionError, StateError } from "../../errors.ts";
import { fit as fitModel } from "../fit.ts";
import type { FitOptions } from "../fit-options.ts";
import type { Progress } from "../progress.ts";
import type { Trainee, Weights } from "../trainee.ts";
import type { Callback } from "./callback.ts";
import {
  earlyStopping,
  learningRateScheduler,
  modelCheckpoint,
  reduceLearningRateOnPlateau,
  terminateOnNaN,
} from "./index.ts";

/** A trainee that has the given validation losses, epoch after epoch; its one weight is the number of its updates. */
class Scripted implements Trainee {
  readonly metrics = {
    score: { finish: (sums: ArrayLike<number>) => sums[0]!, direction: "max" as const },
    own: { finish: () => 0 },
  };
  progress: Progress | undefined;
  step = 0;
  learningRate = 1;
  readonly saves: string[] = [];
  readonly rates: number[] = [];
  weight = 0;
  readonly #losses: readonly number[];
  readonly #trainingLosses: readonly number[];

  constructor(losses: readonly number[], trainingLosses: readonly number[] = []) {
    this.#losses = losses;
    this.#trainingLosses = trainingLosses;
  }

  async trainBatch() {
    this.rates.push(this.learningRate);
    const loss = this.#trainingLosses[this.step] ?? 1;
    this.step++;
    this.weight = this.step;
    return { loss, sums: { score: [0], own: [0] } };
  }

  async evaluateBatch() {
    const loss = this.#losses[this.step - 1]!;
    return { loss, sums: { score: [-loss], own: [0] } };
  }

  weights() {
    return { get: () => this.getWeights(), set: (weights: Weights) => this.setWeights(weights) };
  }

  getWeights(): Weights {
    return { weight: { shape: [1], data: Float32Array.of(this.weight) } };
  }

  setWeights(weights: Weights): void {
    this.weight = weights.weight!.data[0]!;
  }

  resetStates(): void {}

  async save(path: string): Promise<void> {
    this.saves.push(path);
  }
}

/** One row, so that an epoch is one update. */
const one = { x: [0], y: [0] };

async function train(losses: readonly number[], callback: Callback, options: FitOptions = {}) {
  const trainee = new Scripted(losses);
  const history = await fitModel(trainee, one, {
    epochs: losses.length,
    validationData: one,
    callbacks: [callback],
    ...options,
  });
  return { trainee, history };
}

describe("earlyStopping", () => {
  const losses = [5, 3, 4, 2, 2, 3, 4, 1];

  test("waits for `patience` epochs without improvement", async () => {
    const stop = async (patience: number) => (await train(losses, earlyStopping({ patience }))).history.epochs.length;
    expect(await stop(0)).toBe(3);
    expect(await stop(1)).toBe(3);
    expect(await stop(2)).toBe(6);
    expect(await stop(3)).toBe(7);
    expect(await stop(4)).toBe(8);
    const { history, trainee } = await train(losses, earlyStopping({ patience: 2 }));
    expect(history.stopped).toBe("val_loss has not improved since epoch 3");
    expect(trainee.weight).toBe(6);
  });

  test("restores the best weights, also when training ends by itself", async () => {
    const best = async (epochs: number) =>
      (await train(losses, earlyStopping({ patience: 9, restoreBestWeights: true }), { epochs })).trainee.weight;
    expect(await best(8)).toBe(8);
    expect(await best(7)).toBe(4);
    expect(await best(3)).toBe(2);
  });

  test("keeps the last weights of a training that is aborted", async () => {
    const controller = new AbortController();
    const restore = earlyStopping({ restoreBestWeights: true, patience: 9 });
    const abort: Callback = {
      name: "abort",
      onEpochEnd: ({ epoch }) => (epoch === 2 ? controller.abort() : undefined),
    };
    const { trainee, history } = await train(losses, restore, {
      callbacks: [restore, abort],
      signal: controller.signal,
    });
    expect(history.stopped).toBe("aborted");
    expect(trainee.weight).toBe(3);
  });

  test("still restores the best weights when training is resumed after them", async () => {
    const controller = new AbortController();
    const options = { epochs: 4, validationData: one };
    const watch = () => earlyStopping({ restoreBestWeights: true, patience: 9 });
    const abort: Callback = {
      name: "abort",
      onEpochEnd: ({ epoch }) => (epoch === 2 ? controller.abort() : undefined),
    };
    const first = new Scripted([5, 1, 3, 4]);
    await fitModel(first, one, { ...options, callbacks: [watch(), abort], signal: controller.signal });
    const second = new Scripted([5, 1, 3, 4]);
    Object.assign(second, { step: first.step, progress: structuredClone(first.progress) });
    await fitModel(second, one, { ...options, callbacks: [watch()], resume: true });
    expect(second.step).toBe(4);
    expect(second.weight).toBe(2);
  });

  test("knows which way a metric improves", async () => {
    expect((await train(losses, earlyStopping({ monitor: "val_score", patience: 2 }))).history.epochs.length).toBe(6);
    const up = earlyStopping({ mode: "max", patience: 2 });
    expect((await train(losses, up)).history.epochs.length).toBe(3);
    await expect(train(losses, earlyStopping({ monitor: "val_own" }))).rejects.toThrow(/your own metric/);
    const own = earlyStopping({ monitor: "val_own", mode: "min" });
    expect((await train(losses, own)).history.epochs.length).toBe(2);
  });

  test("counts only improvements above minDelta, beyond the baseline and from startFromEpoch on", async () => {
    const slow = [5, 4.9, 4.8, 4.7];
    const stop = async (options: object) => (await train(slow, earlyStopping(options))).history.epochs.length;
    expect(await stop({ minDelta: 0.5, patience: 2 })).toBe(3);
    expect(await stop({ minDelta: 0.05, patience: 2 })).toBe(4);
    // Every epoch is the best so far, but the wait goes on until the baseline is beaten.
    expect((await train([5, 4, 3, 3.5, 3], earlyStopping({ baseline: 2, patience: 2 }))).history.epochs.length).toBe(4);
    expect((await train([1, 2, 3, 4, 5], earlyStopping({ startFromEpoch: 3 }))).history.epochs.length).toBe(5);
  });

  test("NaN is no improvement", async () => {
    const { history, trainee } = await train(
      [Number.NaN, 2, Number.NaN, Number.NaN],
      earlyStopping({ patience: 2, restoreBestWeights: true }),
    );
    expect(history.epochs.length).toBe(4);
    expect(trainee.weight).toBe(2);
  });

  test("a metric that will never come is an error before training", async () => {
    const trainee = new Scripted([1]);
    const never = fitModel(trainee, one, { callbacks: [earlyStopping()] });
    await expect(never).rejects.toThrow(/one of loss, score, own, got "val_loss": give fit\(\) validation data/);
    expect(trainee.step).toBe(0);
    expect(() => earlyStopping({ patience: -1 })).toThrow(OptionError);
    expect(() => earlyStopping({ monitr: "loss" } as object)).toThrow(OptionError);
    expect(() => earlyStopping({ mode: "up" } as object)).toThrow(OptionError);
  });

  test("can be used again", async () => {
    const callback = earlyStopping({ patience: 2, restoreBestWeights: true });
    await train([1, 1, 1], callback);
    expect((await train(losses, callback)).trainee.weight).toBe(4);
  });
});

describe("reduceLearningRateOnPlateau", () => {
  const rates = async (losses: number[], options: object) =>
    (await train([...losses, 0], reduceLearningRateOnPlateau(options))).trainee.rates;

  test("reduces after `patience` epochs without improvement, and rests for `cooldown`", async () => {
    const flat = new Array<number>(7).fill(1);
    expect(await rates(flat, { patience: 2, factor: 0.5 })).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]);
    expect(await rates(flat, { patience: 1, factor: 0.5, cooldown: 2 })).toEqual([
      1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125,
    ]);
    expect(await rates(flat, { patience: 1, factor: 0.5, minLearningRate: 0.3 })).toEqual([
      1, 1, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3,
    ]);
    expect(await rates([4, 3, 2, 1], { patience: 1 })).toEqual([1, 1, 1, 1, 1]);
    // An improvement below 1e-4 is none.
    expect(await rates([1, 0.99995, 0.9999], { patience: 2, factor: 0.5 })).toEqual([1, 1, 1, 0.5]);
  });

  test("options are checked", () => {
    expect(() => reduceLearningRateOnPlateau({ factor: 1 })).toThrow(OptionError);
  });
});

test("learningRateScheduler sets the rate before each epoch", async () => {
  const { trainee } = await train(
    [1, 1, 1],
    learningRateScheduler((epoch, rate) => rate / (epoch + 1)),
  );
  expect(trainee.rates).toEqual([1, 0.5, 0.5 / 3]);
});

describe("modelCheckpoint", () => {
  test("saves each epoch, or the best", async () => {
    const path = ({ epoch }: { epoch: number }) => `model-${epoch}`;
    expect((await train([3, 4, 2], modelCheckpoint({ path }))).trainee.saves).toEqual([
      "model-0",
      "model-1",
      "model-2",
    ]);
    const best = modelCheckpoint({ path, saveBestOnly: true });
    expect((await train([3, 4, 2], best)).trainee.saves).toEqual(["model-0", "model-2"]);
    const { trainee } = await train([Number.NaN, 4], modelCheckpoint({ path: "best", saveBestOnly: true }));
    expect(trainee.saves).toEqual(["best"]);
    expect(trainee.progress).toMatchObject({ epoch: 2, batch: 0, history: { epochs: [0, 1] } });
  });

  test("options are checked", async () => {
    expect(() => modelCheckpoint({ path: "" })).toThrow(OptionError);
    expect(() => modelCheckpoint({ path: "a", monitor: "loss" })).toThrow(/saveBestOnly: true/);
    const nowhere = new Scripted([1]);
    const { trainBatch, evaluateBatch } = Scripted.prototype;
    const unsaved = Object.assign(nowhere, { save: undefined, trainBatch, evaluateBatch }) as unknown as Trainee;
    await expect(fitModel(unsaved, one, { callbacks: [modelCheckpoint({ path: "a" })] })).rejects.toThrow(StateError);
  });
});

test("terminateOnNaN stops at the batch, which is not in the history", async () => {
  const trainee = new Scripted([], [1, 1, 1, Number.NaN, 1]);
  const history = await fitModel(
    trainee,
    { x: [0, 0], y: [0, 0] },
    {
      epochs: 5,
      batchSize: 1,
      callbacks: [terminateOnNaN()],
    },
  );
  expect(history.epochs).toEqual([0]);
  expect(history.stopped).toBe("the loss is NaN in epoch 1, batch 1");
  expect(trainee.step).toBe(4);
  const infinite = new Scripted([], [Number.POSITIVE_INFINITY]);
  expect((await fitModel(infinite, one, { callbacks: [terminateOnNaN()] })).stopped).toMatch(/Infinity/);
});
