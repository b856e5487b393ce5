/** A backward layer of its own, and states of some rows that begin anew. */
import { bidirectional, dense, fromBytes, gru, input, lstm, model, sequential, simpleRnn } from "rondo";
import { expect, test } from "vitest";
import { compileForGradient, differencesOf, gradientsOf, rowOf, setWaves, stepsOf, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [batch, time, features] = [3, 4, 2] as const;
const x = waves([batch, time, features]);
const start = input({ shape: [time, features] });

test("bidirectional takes another layer for the way back, with its own state", async () => {
  const back = gru(2, { goBackwards: true, returnState: true, returnSequences: true });
  const forward = lstm(3, { returnState: true, returnSequences: true });
  const layer = bidirectional(forward, { backwardLayer: back });
  const both = model({ inputs: start, outputs: layer.apply(start) });
  compileForGradient(both as never);
  setWaves(both as never);
  const [output, ...states] = Object.values(await both.predict(x));
  expect(output!.shape).toEqual([batch, time, 5]);
  expect(states.map(({ shape }) => shape[1])).toEqual([3, 3, 2]);

  const alone = model({ inputs: start, outputs: [...forward.apply(start), ...back.apply(start)] });
  compileForGradient(alone as never);
  alone.setWeights(both.getWeights());
  const [there, h, c, again, hBack] = Object.values(await alone.predict(x));
  for (const [i, part] of [h, c, hBack].entries()) expectClose(states[i]!.data, part!.data, 1e-12);
  for (let row = 0; row < batch; row++) {
    for (let t = 0; t < time; t++) {
      const made = Array.from(output!.data.slice((row * time + t) * 5, (row * time + t + 1) * 5));
      const forwards = Array.from(there!.data.slice((row * time + t) * 3, (row * time + t + 1) * 3));
      // Alone, the sequence comes out as it was made, the last step first.
      const turned = row * time + (time - 1 - t);
      expectClose(made, [...forwards, ...Array.from(again!.data.slice(turned * 2, turned * 2 + 2))], 1e-12);
    }
  }
});

test("such a layer has the gradient of finite differences, takes a state for each way, and is saved", async () => {
  const parts = [3, 3, 2].map((size, i) => input({ shape: [size], name: `part ${i}` }));
  const layer = bidirectional(lstm(3), { backwardLayer: gru(2, { goBackwards: true }) });
  const steps = input({ shape: [time, features], name: "x" });
  const net = model({ inputs: [steps, ...parts], outputs: layer.apply(steps, { initialState: parts }) });
  compileForGradient(net);
  setWaves(net);
  const given = { x, ...Object.fromEntries(parts.map(({ name, shape }, i) => [name!, waves([batch, shape[0]!], i)])) };
  const y = waves([batch, 5], 3);
  const [found, expected] = [await gradientsOf(net, given, y), await differencesOf(net, [given, y])];
  for (const [i, gradient] of found.entries()) expectClose(gradient, expected[i]!, 1e-7);
  const again = fromBytes(await net.toBytes(), { engine: "reference" });
  expect(again.getConfig()).toEqual(net.getConfig());
  expectClose((await again.predict(given)).data, (await net.predict(given)).data, 0);
});

test("one direction can be frozen by itself, and is saved so", async () => {
  const layer = bidirectional(simpleRnn(2));
  const net = model({ inputs: start, outputs: dense(1).apply(layer.apply(start)) });
  layer.children.backward!.trainable = false;
  expect(net.summary()).toContain("Trainable: 15\nNon-trainable: 10");
  expect(fromBytes(await net.toBytes()).summary()).toBe(net.summary());
});

test("a backward layer that does not fit is refused", () => {
  const make = (backwardLayer: unknown, mergeMode: "concat" | "sum" = "concat") =>
    bidirectional(lstm(3), { backwardLayer: backwardLayer as never, mergeMode }).apply(start);
  expect(() => make(gru(3))).toThrow("`backwardLayer` to be recurrent with goBackwards: true");
  expect(() => make(dense(3))).toThrow("`backwardLayer` to be recurrent");
  expect(() => make(3)).toThrow("`backwardLayer` to be recurrent");
  expect(() => make(gru(3, { goBackwards: true, returnSequences: true }))).toThrow("returnSequences: false");
  expect(() => make(gru(2, { goBackwards: true }), "sum")).toThrow('as many units both ways for mergeMode "sum"');
});

test.each(["reference", "wasm"] as const)("some rows begin anew while others go on, on %s", async (engine) => {
  const net = sequential([
    lstm(3, { stateful: true, returnSequences: true, inputShape: [null, features] }),
    gru(2, { stateful: true }),
  ]);
  net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine });
  net.resetStates([0]);
  const [first, second] = [stepsOf(x, 0, 2), stepsOf(x, 2, time)];
  await net.predict(first);
  const wentOn = await net.predict(second);
  net.resetStates();
  const anew = await net.predict(second);
  net.resetStates();
  await net.predict(first);
  net.resetStates([0, 2]);
  const mixed = await net.predict(second);
  for (const row of [0, 1, 2]) {
    expectClose(rowOf(mixed, row).data, rowOf(row === 1 ? wentOn : anew, row).data, 0);
  }
  expect(() => net.resetStates([3])).toThrow("rows from 0 to 2 for resetStates()");
  expect(() => net.resetStates([-1])).toThrow("got -1");
  expect(() => net.resetStates([0.5])).toThrow("got 0.5");
});
