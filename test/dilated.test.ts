/** A dilated layer is as many layers as its rate, each on the steps of its strand. */
import { dilated, input, lstm, model, type NumericArray, sequential, timeAwareLstm } from "rondo";
import { expect, test } from "vitest";
import { compileForGradient, setWaves, waves } from "./support/models.ts";
import { expectClose } from "./support/numbers.ts";

const [rows, time, features, units, rate] = [2, 7, 2, 3, 3] as const;
const x = waves([rows, time, features]);

/** Every `rate`-th step from `first` on. */
function strand({ data, shape }: NumericArray, first: number): NumericArray {
  const [batch, steps, size] = shape as [number, number, number];
  const taken = Array.from({ length: batch }, (_, row) =>
    Array.from({ length: steps }, (_, step) => step)
      .filter((step) => step % rate === first)
      .map((step) => Array.from(data.slice((row * steps + step) * size, (row * steps + step + 1) * size))),
  );
  return { data: Float64Array.from(taken.flat(2)), shape: [batch, taken[0]!.length, size] };
}

const layer = (returnSequences: boolean) => dilated(lstm(units, { returnSequences }), { rate });

test("the steps of a strand see each other alone", async () => {
  const net = sequential([dilated(lstm(units, { returnSequences: true, inputShape: [null, features] }), { rate })]);
  const plain = sequential([lstm(units, { returnSequences: true, inputShape: [null, features] })]);
  for (const each of [net, plain]) compileForGradient(each);
  setWaves(net);
  plain.setWeights(net.getWeights());
  const all = await net.predict(x);
  for (let first = 0; first < rate; first++) {
    expectClose(strand(all, first).data, (await plain.predict(strand(x, first))).data, 1e-14);
  }
});

test("with a mask, masked steps change nothing and the last output is that of the last step that counts", async () => {
  const [steps, mask] = [input({ shape: [null, features] }), input({ shape: [null] })];
  const [all, last] = [layer(true), layer(false)];
  const net = model({
    inputs: { steps, mask },
    outputs: { all: all.apply(steps, { mask }), last: last.apply(steps, { mask }) },
  });
  compileForGradient(net);
  const weights = net.getWeights();
  net.setWeights([...weights.slice(0, 3), ...weights.slice(0, 3)]);
  const counts = [1, 1, 1, 1, 1, 0, 0];
  const hidden = (value: number) => ({
    data: x.data.map((old, i) => (counts[Math.floor(i / features) % time] === 1 ? old : value)) as Float64Array,
    shape: x.shape,
  });
  const flags = { data: Float64Array.from([...counts, ...counts]), shape: [rows, time] };
  const found = await net.predict({ steps: hidden(Number.NaN), mask: flags });
  expect(await net.predict({ steps: hidden(9), mask: flags })).toEqual(found);
  for (let row = 0; row < rows; row++) {
    const start = (row * time + 4) * units;
    expectClose(found.last.data.slice(row * units, (row + 1) * units), found.all.data.slice(start, start + units), 0);
  }
});

test("what it cannot take is said", async () => {
  expect(() => dilated(lstm(3, { returnState: true }))).toThrow("got returnState: true");
  expect(() => dilated(lstm(3), { rate: 0 })).toThrow("`rate of dilated` to be an integer of at least 1");
  expect(() => dilated(lstm(3), { ratio: 2 } as never)).toThrow("options of dilated");
  const [steps, gap] = [input({ shape: [null, 2] }), input({ shape: [null, 1] })];
  expect(() => dilated(timeAwareLstm(3)).apply([steps, gap])).toThrow("one input");
  await expect(sequential([dilated(lstm(3), { inputShape: [null, 2] })]).stream()).rejects.toThrow("step by step");
});
