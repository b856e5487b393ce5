import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NumericArray } from "../data/array.ts";
import type { Batch, Examples } from "../data/batches.ts";
import { referenceEngine } from "../engine/reference/reference.ts";
import { type Prepared, Session } from "../engine/session.ts";
import { OptionError } from "../errors.ts";
import { add, input, less, matmul, select, type Tensor, uniform, variable } from "../graph/index.ts";
import type { Callback, TrainEvent } from "./callbacks/callback.ts";
import { earlyStopping } from "./callbacks/early-stopping.ts";
import { learningRateScheduler } from "./callbacks/learning-rate-scheduler.ts";
import { reduceLearningRateOnPlateau } from "./callbacks/reduce-learning-rate-on-plateau.ts";
import { descend, optimizerState } from "./descend.ts";
import { evaluate } from "./evaluate.ts";
import { fit as fitModel } from "./fit.ts";
import type { FitOptions } from "./fit-options.ts";
import { LearningRate } from "./learning-rate.ts";
import { meanSquaredError } from "./losses/mean-squared-error.ts";
import { weightedLoss } from "./losses/weighted-loss.ts";
import { resolveMetric } from "./metrics/index.ts";
import { adam } from "./optimizers/adam.ts";
import type { Progress } from "./progress.ts";
import type { BatchResult, Trainee, Weights } from "./trainee.ts";

interface Saved {
  numbers: number[][];
  step: number;
  rate: number | undefined;
  progress: Progress;
}

const optimizer = adam({ learningRate: 0.05 });
const loss = meanSquaredError();
const metric = resolveMetric("meanAbsoluteError");

/** Two numbers in, one out, with dropout on the way in: the smallest thing with weights, optimizer state and randomness. */
class Linear implements Trainee {
  readonly metrics = { meanAbsoluteError: metric };
  progress: Progress | undefined;
  step = 0;
  rows: number[] = [];
  resets = 0;
  readonly files = new Map<string, Saved>();
  readonly #session = new Session(referenceEngine());
  readonly #programs = new Map<string, Prepared>();
  readonly #rate = new LearningRate(optimizer.schedule);
  readonly #parameters = [variable("kernel", [2, 1]), variable("bias", [1])];
  readonly #state = optimizerState(optimizer, this.#parameters);

  constructor(saved?: Saved) {
    if (saved === undefined) return;
    for (const [index, variable] of this.#variables.entries()) this.#session.set(variable, saved.numbers[index]!);
    this.step = saved.step;
    this.#rate.fixed = saved.rate;
    this.progress = saved.progress;
  }

  get learningRate() {
    return this.#rate.at(this.step);
  }

  set learningRate(rate: number) {
    this.#rate.set(rate);
  }

  get #variables() {
    return [...this.#parameters, ...this.#state.map(({ variable }) => variable)];
  }

  trainBatch(batch: Batch): Promise<BatchResult> {
    this.rows.push(...(batch.x as NumericArray).data);
    return this.#run(batch, true);
  }

  evaluateBatch(batch: Batch): Promise<BatchResult> {
    return this.#run(batch, false);
  }

  async #run({ x, y, sampleWeight, rows }: Batch, training: boolean): Promise<BatchResult> {
    const key = `${rows} ${training}`;
    const prepared = this.#programs.get(key) ?? this.#prepare(rows, training);
    this.#programs.set(key, prepared);
    const weights = (sampleWeight as NumericArray | undefined)?.data ?? new Array<number>(rows).fill(1);
    const numbers = [(x as NumericArray).data, (y as NumericArray).data, weights];
    const found = await prepared.run([...numbers, [0, this.step], [this.step + 1], [this.learningRate]]);
    if (training) this.step++;
    return { loss: found[0]![0]!, sums: { meanAbsoluteError: found[1]! } };
  }

  #prepare(rows: number, training: boolean): Prepared {
    const [xs, ys, ws] = [input("x", [rows, 2]), input("y", [rows, 1]), input("w", [rows])];
    const key = input("key", [2], "int32");
    const [kernel, bias] = this.#parameters as [Tensor, Tensor];
    const dropped = training ? select(less(uniform(key, 0, [rows, 2]), 0.2), 0, xs) : xs;
    const prediction = add(matmul(dropped, kernel), bias);
    const scalar = weightedLoss(loss.values, ys, prediction, { sampleWeight: ws });
    const sums = metric.sums(ys, prediction, { sampleWeight: ws });
    const { step, learningRate, updates } = descend(scalar, this.#parameters, optimizer, this.#state);
    const inputs = [xs, ys, ws, key, step, learningRate];
    return this.#session.prepare({ inputs, outputs: [scalar, sums], updates: training ? updates : [] });
  }

  weights() {
    return { get: () => this.getWeights(), set: (weights: Weights) => this.setWeights(weights) };
  }

  getWeights(): Weights {
    return Object.fromEntries(
      this.#parameters.map((p, index) => [`${index}`, { shape: p.shape, data: this.#session.get(p) }]),
    );
  }

  setWeights(weights: Weights): void {
    for (const [index, parameter] of this.#parameters.entries()) {
      this.#session.set(parameter, weights[index]!.data);
    }
  }

  resetStates(): void {
    this.resets++;
  }

  /** What a file would hold; the progress goes through JSON, weights beside it. */
  saved(): Saved {
    const { callbacks, ...plain } = this.progress!;
    return {
      numbers: this.#variables.map((variable) => Array.from(this.#session.get(variable))),
      step: this.step,
      rate: this.#rate.fixed,
      progress: { ...(JSON.parse(JSON.stringify(plain)) as Progress), callbacks: structuredClone(callbacks) },
    };
  }

  async save(path: string): Promise<void> {
    this.files.set(path, this.saved());
  }
}

const size = 10;
const data: Examples = {
  x: Array.from({ length: size }, (_, i) => [Math.sin(i), Math.cos(2 * i)]),
  y: Array.from({ length: size }, (_, i) => 3 * Math.sin(i) - Math.cos(2 * i) + 0.5),
  sampleWeight: Array.from({ length: size }, (_, i) => 0.5 + (i % 3)),
};
const held: Examples = { x: [[1, 1]], y: [2.5] };

describe("fit", () => {
  test("learns, and returns loss and metrics of each epoch", async () => {
    const model = new Linear();
    const history = await fitModel(model, data, { epochs: 30, batchSize: 4, validationData: held });
    expect(history.epochs).toEqual(Array.from({ length: 30 }, (_, epoch) => epoch));
    expect(Object.keys(history.metrics)).toEqual(["loss", "meanAbsoluteError", "val_loss", "val_meanAbsoluteError"]);
    for (const values of Object.values(history.metrics)) expect(values.length).toBe(30);
    expect(history.metrics.val_loss!.at(-1)!).toBeLessThan(0.5 * history.metrics.val_loss![0]!);
    expect(history.stopped).toBeUndefined();
    expect(model.step).toBe(90);
    // Before each epoch and each evaluation.
    expect(model.resets).toBe(60);
  });

  test("the loss of an epoch weighs batches by their rows", async () => {
    const losses: [number, number][] = [];
    const watch: Callback = {
      name: "watch",
      onBatchEnd: ({ batchLoss, rows }) => void losses.push([batchLoss, rows]),
    };
    const history = await fitModel(new Linear(), data, { batchSize: 4, callbacks: [watch] });
    expect(losses.map(([, rows]) => rows)).toEqual([4, 4, 2]);
    expect(history.metrics.loss![0]).toBeCloseTo(losses.reduce((sum, [l, rows]) => sum + l * rows, 0) / 10, 12);
  });

  test("the same call gives the same model, another seed another one", async () => {
    const train = async (options: FitOptions) => {
      const model = new Linear();
      await fitModel(model, data, { epochs: 2, batchSize: 3, ...options });
      return model.saved().numbers;
    };
    const first = await train({});
    expect(await train({ seed: 0 })).toEqual(first);
    expect(await train({ seed: 1 })).not.toEqual(first);
    expect(await train({ shuffle: false })).not.toEqual(first);
  });

  test("validationSplit holds back the last rows", async () => {
    const model = new Linear();
    const whole = new Linear();
    const options = { epochs: 2, batchSize: 4, shuffle: false } as const;
    const split = await fitModel(model, data, { ...options, validationSplit: 0.2 });
    const rows = (from: number, to: number): Examples => ({
      x: (data.x as number[][]).slice(from, to),
      y: (data.y as number[]).slice(from, to),
      sampleWeight: (data.sampleWeight as number[]).slice(from, to),
    });
    const apart = await fitModel(whole, rows(0, 8), { ...options, validationData: rows(8, 10) });
    expect(split).toEqual(apart);
    expect(model.saved().numbers).toEqual(whole.saved().numbers);
  });

  test("validation data may be [x, y, sampleWeight]", async () => {
    const { x, y, sampleWeight } = data;
    const one = await fitModel(new Linear(), data, { validationData: [x, y, sampleWeight!] });
    const other = await fitModel(new Linear(), data, { validationData: data });
    expect(one).toEqual(other);
    const unweighted = await fitModel(new Linear(), data, { validationData: [x, y] });
    expect(unweighted.metrics.val_loss).not.toEqual(one.metrics.val_loss);
  });

  test("a stream in the same batches trains the same model", async () => {
    const [x, y] = [data.x as number[][], data.y as number[]];
    function* batches() {
      for (let at = 0; at < size; at += 4) yield { x: x.slice(at, at + 4), y: y.slice(at, at + 4) };
    }
    const [streamed, plain] = [new Linear(), new Linear()];
    const history = await fitModel(streamed, batches, { epochs: 3, validationData: batches, validationSteps: 1 });
    const first = { x: x.slice(0, 4), y: y.slice(0, 4) };
    expect(await fitModel(plain, { x, y }, { epochs: 3, batchSize: 4, shuffle: false, validationData: first })).toEqual(
      history,
    );
    expect(streamed.saved().numbers).toEqual(plain.saved().numbers);

    const endless = new Linear();
    await fitModel(endless, batches, { epochs: 3, stepsPerEpoch: 2 });
    expect(endless.step).toBe(6);
  });

  test("initialEpoch begins later, with the order of that epoch", async () => {
    const [late, early] = [new Linear(), new Linear()];
    const history = await fitModel(late, data, { epochs: 5, initialEpoch: 4 });
    expect(history.epochs).toEqual([4]);
    await fitModel(early, data, { epochs: 5 });
    expect(late.rows).toEqual(early.rows.slice(-2 * size));
    expect((await fitModel(late, data, { epochs: 2, initialEpoch: 2 })).epochs).toEqual([]);
  });

  test("tells callbacks what happens, in plain data", async () => {
    const events: TrainEvent[] = [];
    const push = (event: TrainEvent) => void events.push(event);
    const watch: Callback = {
      name: "watch",
      onTrainBegin: push,
      onEpochBegin: push,
      onBatchEnd: async (event) => push(await Promise.resolve(event)),
      onEpochEnd: push,
      onTrainEnd: push,
    };
    const history = await fitModel(new Linear(), data, {
      epochs: 2,
      batchSize: 6,
      validationData: held,
      callbacks: [watch],
    });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
    const inner = ["epochBegin", "batchEnd", "batchEnd", "epochEnd"];
    expect(events.map(({ type }) => type)).toEqual(["trainBegin", ...inner, ...inner, "trainEnd"]);
    expect(events[0]).toMatchObject({ epochs: 2, initialEpoch: 0, batches: 2, metrics: Object.keys(history.metrics) });
    expect(events[3]).toMatchObject({ epoch: 0, batch: 1, batches: 2, rows: 4, step: 2, learningRate: 0.05 });
    expect(events[7]).toMatchObject({ epoch: 1, batch: 1, secondsLeft: 0 });
    expect(events[4]).toMatchObject({ epoch: 0, metrics: { val_loss: history.metrics.val_loss![0] } });
    expect(events[9]).toMatchObject({ epochs: 2 });
  });

  test("lets others have their turn and stops when it is told to", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const model = new Linear();
    const history = await fitModel(model, data, { epochs: 1e9, signal: controller.signal });
    expect(history.stopped).toBe("aborted");
    expect(model.progress!.epoch).toBe(history.epochs.length);
  });

  test("a signal that was raised before stops it before the first batch", async () => {
    const model = new Linear();
    const history = await fitModel(model, data, { signal: AbortSignal.abort() });
    expect(history).toEqual({ epochs: [], metrics: {}, stopped: "aborted" });
    expect(model.step).toBe(0);
  });

  test("an error of a callback comes out, and the model can be trained again", async () => {
    const model = new Linear();
    const failing: Callback = { name: "failing", onBatchEnd: () => Promise.reject(new Error("disk full")) };
    await expect(fitModel(model, data, { callbacks: [failing] })).rejects.toThrow("disk full");
    await fitModel(model, data, { resume: true, callbacks: [] });
  });

  test("options that make no sense are errors", async () => {
    const rejects = (options: FitOptions, message: RegExp, given: Parameters<typeof fitModel>[1] = data) =>
      expect(fitModel(new Linear(), given, options)).rejects.toThrow(message);
    await rejects({ epoch: 3 } as FitOptions, /options of fit\(\)/);
    await rejects({ epochs: 1.5 }, /epochs/);
    await rejects({ batchSize: 0 }, /batchSize/);
    await rejects({ validationSplit: 0.5, validationData: held }, /both/);
    await rejects({ validationSplit: 0 }, /validationSplit/);
    await rejects({ validationSplit: 0.999 }, /at least one row on either side/);
    await rejects({ validationSteps: 1 }, /validationData/);
    await rejects({ validationSteps: 1, validationData: held }, /stream/);
    await rejects({ stepsPerEpoch: 3 }, /stream/);
    await rejects({ resume: true }, /training to resume/);
    await rejects({ resume: true, initialEpoch: 1 }, /both/);
    await rejects({ validationData: [[1]] as unknown as [number[], number[]] }, /\[x, y\]/);
    for (const [key, value] of Object.entries({ batchSize: 3, shuffle: true, seed: 1, validationSplit: 0.5 })) {
      await rejects({ [key]: value }, new RegExp(`without \`${key}\``), () => [data]);
    }
    await rejects({}, /at least one row/, { x: [], y: [] });
    await expect(fitModel(new Linear(), { x: [1], y: [1, 2] })).rejects.toThrow(/1 rows/);
  });
});

describe("resume", () => {
  const callbacks = () => [
    earlyStopping({ patience: 3, restoreBestWeights: true }),
    reduceLearningRateOnPlateau({ patience: 1, monitor: "loss", minDelta: 0.5 }),
    learningRateScheduler((epoch, rate) => (epoch > 0 ? rate * 0.9 : rate)),
  ];
  const options = { epochs: 6, batchSize: 4, seed: 5, validationData: held };

  test("after a stop at any batch, goes on bit for bit", async () => {
    const whole = new Linear();
    const expected = await fitModel(whole, data, { ...options, callbacks: callbacks() });
    expect(expected.epochs.length).toBeGreaterThan(4);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 11 }), async (stopAfter) => {
        const controller = new AbortController();
        let batches = 0;
        const stop: Callback = {
          name: "stop",
          onBatchEnd: () => {
            if (batches++ === stopAfter) controller.abort();
          },
        };
        const first = new Linear();
        const { signal } = controller;
        const half = await fitModel(first, data, { ...options, callbacks: [...callbacks(), stop], signal });
        expect(half.stopped).toBe("aborted");
        expect(first.step).toBe(stopAfter + 1);
        const second = new Linear(first.saved());
        const found = await fitModel(second, data, { ...options, callbacks: callbacks(), resume: true });
        expect(found).toEqual(expected);
        expect(second.saved()).toEqual(whole.saved());
        // Within an epoch layers keep their state, also across a stop: its validation and the epochs after it begin anew.
        const begun = expected.epochs.length - Math.ceil((stopAfter + 1) / 3);
        expect(second.resets).toBe(2 * begun + 1);
      }),
      { numRuns: 12 },
    );
  });

  test("from a checkpoint of any epoch, goes on bit for bit", async () => {
    const keep: Callback = { name: "keep", onEpochEnd: ({ epoch }, control) => control.save(`${epoch}`) };
    const whole = new Linear();
    // Saved by the first of the callbacks, before the others have seen the end of the epoch.
    const expected = await fitModel(whole, data, { ...options, callbacks: [keep, ...callbacks()] });
    expect([...whole.files.keys()]).toEqual(expected.epochs.map(String));
    for (const saved of [...whole.files.values()].slice(0, -1)) {
      const second = new Linear(saved);
      expect(await fitModel(second, data, { ...options, callbacks: [keep, ...callbacks()], resume: true })).toEqual(
        expected,
      );
      expect(second.saved()).toEqual(whole.saved());
    }
  });

  test("of an endless stream takes up the batch that comes next", async () => {
    const [x, y] = [data.x as number[][], data.y as number[]];
    function* batches() {
      for (let i = 0; i < size; i++) yield { x: [x[i]!], y: [y[i]!] };
    }
    const streamed = { epochs: 4, stepsPerEpoch: 7, initialEpoch: 1 };
    const whole = new Linear();
    await fitModel(whole, batches, streamed);
    const controller = new AbortController();
    const stop: Callback = { name: "stop", onBatchEnd: ({ step }) => (step === 11 ? controller.abort() : undefined) };
    const first = new Linear();
    await fitModel(first, batches, { ...streamed, callbacks: [stop], signal: controller.signal });
    const second = new Linear(first.saved());
    await fitModel(second, batches, { epochs: 4, stepsPerEpoch: 7, resume: true });
    expect([...first.rows, ...second.rows]).toEqual(whole.rows);
    expect(second.saved().numbers).toEqual(whole.saved().numbers);
  });

  test("within an epoch needs the same batches, between epochs not", async () => {
    const model = new Linear();
    await fitModel(model, data, { epochs: 1, batchSize: 4 });
    await fitModel(model, data, { epochs: 2, batchSize: 3, resume: true });
    const stop: Callback = { name: "stop", onBatchEnd: (_, control) => control.stop("enough") };
    const history = await fitModel(model, data, { epochs: 3, batchSize: 3, resume: true, callbacks: [stop] });
    expect(history).toMatchObject({ epochs: [0, 1], stopped: "enough" });
    await expect(fitModel(model, data, { epochs: 3, batchSize: 4, resume: true })).rejects.toThrow(/`batchSize` 3/);
    expect((await fitModel(model, data, { epochs: 3, batchSize: 3, resume: true })).epochs).toEqual([0, 1, 2]);
    expect((await fitModel(model, data, { epochs: 3, resume: true })).epochs).toEqual([0, 1, 2]);
  });
});

test("evaluate gives loss and metrics of all rows", async () => {
  const model = new Linear();
  const once = await evaluate(model, data);
  expect(Object.keys(once)).toEqual(["loss", "meanAbsoluteError"]);
  expect(model.step).toBe(0);
  const [y, w] = [data.y as number[], data.sampleWeight as number[]];
  const weighted = (f: (y: number) => number) => y.reduce((total, value, i) => total + w[i]! * f(value), 0);
  expect(once.loss).toBeCloseTo(weighted((v) => v * v) / size, 6);
  expect(once.meanAbsoluteError).toBeCloseTo(weighted(Math.abs) / weighted(() => 1), 6);
  const inParts = await evaluate(model, data, { batchSize: 3 });
  for (const [name, value] of Object.entries(once)) expect(inParts[name]).toBeCloseTo(value, 6);
  await expect(evaluate(model, data, { steps: 1 })).rejects.toThrow(OptionError);
  expect(await evaluate(model, () => [data, data], { steps: 1 })).toEqual(once);
});
