/** What must hold for every callback: a training that is saved in the middle of an epoch and resumed is the whole one. */
import { describe, expect, test } from "vitest";
import { dense } from "../../layers/dense.ts";
import { gru } from "../../layers/gru.ts";
import { fromBytes } from "../../model/load.ts";
import { sequential } from "../../model/sequential.ts";
import { adam } from "../optimizers/adam.ts";
import type { Callback } from "./callback.ts";
import * as list from "./index.ts";
import { untilConverged } from "./until-converged.ts";

/** How each is made here; the compiler asks for those that are missing. */
const callbacks: Readonly<Record<keyof typeof list, () => Callback>> & { readonly untilConverged: () => Callback } = {
  earlyStopping: () => list.earlyStopping({ patience: 2, restoreBestWeights: true }),
  gradientStatistics: () => list.gradientStatistics({ every: 3 }),
  learningRateScheduler: () => list.learningRateScheduler((epoch, rate) => rate / (1 + epoch)),
  locateNaN: list.locateNaN,
  modelCheckpoint: () => list.modelCheckpoint({ path: "nowhere", saveBestOnly: true }),
  reduceLearningRateOnPlateau: () => list.reduceLearningRateOnPlateau({ patience: 1, minDelta: 0.5 }),
  swapEmaWeights: list.swapEmaWeights,
  terminateOnNaN: list.terminateOnNaN,
  untilConverged: () => untilConverged({ tolerance: 0.05, patience: 2 }),
};

const numbers = (shape: readonly number[], shift: number) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(12.9898 * (i + 1) + shift)),
  shape,
});
const x = numbers([10, 4, 2], 0);
const y = numbers([10, 1], 1);

describe.each(Object.entries(callbacks))("%s", (name, make) => {
  const compiled = () => {
    const net = sequential([gru(3, { inputShape: [4, 2] }), dense(1)]);
    const optimizer = adam({ learningRate: 0.05, emaMomentum: 0.5 });
    net.compile({ loss: "huber", optimizer, engine: "reference", seed: 1 });
    // Where it saves is nobody's business here.
    return Object.assign(net, { save: async () => {} });
  };
  const options = { epochs: 6, batchSize: 4, validationData: [x, y] as const };

  test("has its name", () => {
    expect(make().name).toBe(name);
  });

  test("goes on bit for bit from the middle of an epoch", async () => {
    const whole = compiled();
    const history = await whole.fit(x, y, { ...options, callbacks: [make()] });
    const first = compiled();
    let saved: Uint8Array | undefined;
    const keep: Callback = {
      name: "keep",
      async onBatchEnd({ step }) {
        if (step === 8) saved = await first.toBytes();
      },
    };
    await first.fit(x, y, { ...options, callbacks: [make(), keep] });
    const second = Object.assign(fromBytes(saved!, { engine: "reference" }), { save: async () => {} });
    expect(await second.fit(x, y, { ...options, callbacks: [make(), keep], resume: true })).toEqual(history);
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  test("can be used again", async () => {
    const callback = make();
    const [one, other] = [compiled(), compiled()];
    const history = await one.fit(x, y, { ...options, callbacks: [callback] });
    expect(await other.fit(x, y, { ...options, callbacks: [callback] })).toEqual(history);
  });
});
