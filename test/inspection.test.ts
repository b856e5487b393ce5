/** Looking into a training: gradients by layer and step of time, and where NaN begins. */
import {
  bidirectional,
  type Callback,
  dense,
  dropout,
  type GradientReport,
  gradientStatistics,
  input,
  locateNaN,
  lstm,
  masking,
  model,
  type NumericArray,
  sequential,
  sgd,
  simpleRnn,
  sqrt,
  square,
  sub,
  sum,
  timeDistributed,
} from "rondo";
import { describe, expect, test } from "vitest";
import { compileForGradient, gradientsOf, setWaves, waves } from "./support/models.ts";

/** A linear recurrence h ← x + f·h with the last h as output: the gradient by h changes by f with each step back. */
function linear(factor: number, steps: number, engine: "reference" | "wasm" = "reference") {
  const net = sequential([simpleRnn(1, { activation: "linear", inputShape: [steps, 1], name: "memory" })]);
  net.compile({ loss: "meanSquaredError", optimizer: sgd({ learningRate: 1e-9 }), engine });
  net.setWeights([[[1]], [[factor]], [0]]);
  return net;
}

async function reportOf(net: ReturnType<typeof linear>, x: NumericArray, y: NumericArray): Promise<GradientReport> {
  const statistics = gradientStatistics({ every: 1 });
  await net.fit(x, y, { batchSize: x.shape[0]!, shuffle: false, callbacks: [statistics] });
  expect(statistics.reports).toHaveLength(1);
  return statistics.reports[0]!;
}

describe("gradientStatistics", () => {
  test("gives the gradient by the state, step by step", async () => {
    const net = linear(0.5, 6);
    const { states, warnings } = await reportOf(net, waves([3, 6, 1]), waves([3, 1], 1));
    expect(states).toHaveLength(1);
    expect(states[0]).toMatchObject({ layer: "memory", part: "h", reverse: false });
    const norms = states[0]!.gradientNorms;
    expect(norms).toHaveLength(6);
    for (let step = 1; step < 6; step++) expect(norms[step - 1]! / norms[step]!).toBeCloseTo(0.5, 6);
    expect(warnings).toEqual([]);
  });

  test("gives the length of each layer's gradient and weights", async () => {
    const make = () => {
      const net = sequential([lstm(3, { inputShape: [4, 2] }), dense(1)]);
      compileForGradient(net);
      setWaves(net);
      return net;
    };
    const [x, y] = [waves([5, 4, 2]), waves([5, 1], 1)];
    const net = make();
    net.compile({ loss: "meanSquaredError", optimizer: sgd({ learningRate: 0 }), engine: "reference" });
    const report = await reportOf(net, x, y);
    const gradients = await gradientsOf(make(), x, y);
    const lengthOf = (lists: readonly ArrayLike<number>[]) => Math.hypot(...lists.flatMap((list) => Array.from(list)));
    expect(report.layers.map(({ layer }) => layer)).toEqual(["lstm", "dense"]);
    expect(report.layers[0]!.gradientNorm).toBeCloseTo(lengthOf(gradients.slice(0, 3)), 10);
    expect(report.layers[1]!.gradientNorm).toBeCloseTo(lengthOf(gradients.slice(3)), 10);
    expect(report.layers[1]!.weightNorm).toBeCloseTo(
      lengthOf(
        net
          .getWeights()
          .slice(3)
          .map(({ data }) => data),
      ),
      10,
    );
    expect(report.gradientNorm).toBeCloseTo(lengthOf(gradients), 10);
    expect(report.states.map(({ part }) => part)).toEqual(["h", "c"]);
  });

  test.each([
    ["vanishes", 0.2, /memory vanishes back in time, from \S+ at step 7 to \S+ at step 0/],
    ["explodes", 5, /memory explodes back in time, from \S+ at step 7 to \S+ at step 0/],
  ])("says that a gradient %s", async (_what, factor, words) => {
    const { warnings } = await reportOf(linear(factor, 8), waves([3, 8, 1]), waves([3, 1], 1));
    expect(warnings.join("\n")).toMatch(words);
  });

  test("finds states inside other layers, both directions and masks", async () => {
    const net = sequential([
      masking({ inputShape: [2, 3] }),
      bidirectional(lstm(2, { returnSequences: true })),
      dense(1),
    ]);
    net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    const x = waves([2, 2, 3]);
    x.data.fill(0, 9);
    const { states } = await reportOf(net as never, x, waves([2, 2, 1], 1));
    expect(states.map(({ layer, part, reverse }) => `${layer} ${part} ${reverse}`)).toEqual([
      "bidirectional/forward h false",
      "bidirectional/forward c false",
      "bidirectional/backward h true",
      "bidirectional/backward c true",
    ]);
    const nested = sequential([timeDistributed(lstm(2), { inputShape: [2, 3, 2] }), lstm(2), dense(1)]);
    nested.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "reference" });
    const found = await reportOf(nested as never, waves([2, 2, 3, 2]), waves([2, 1], 1));
    expect(found.states.map(({ layer, gradientNorms }) => [layer, gradientNorms.length])).toEqual([
      ["timeDistributed/layer", 3],
      ["timeDistributed/layer", 3],
      ["lstm", 2],
      ["lstm", 2],
    ]);
  });

  test("changes nothing, with dropout and on the fast engine too", async () => {
    const train = async (callbacks: Callback[]) => {
      const net = sequential([lstm(4, { inputShape: [5, 2], recurrentDropout: 0.2 }), dropout(0.3), dense(1)]);
      net.compile({ loss: "huber", optimizer: "adam", engine: "wasm", seed: 2 });
      const history = await net.fit(waves([20, 5, 2]), waves([20, 1], 1), { epochs: 2, batchSize: 8, callbacks });
      return { history, weights: net.getWeights() };
    };
    expect(await train([gradientStatistics({ every: 2 }), locateNaN()])).toEqual(await train([]));
  });
});

test("inspect computes what it is asked for", async () => {
  const net = linear(0.5, 4);
  const [x, y] = [waves([3, 4, 1]), waves([3, 1], 1)];
  const found: number[] = [];
  const look: Callback = {
    name: "look",
    async onBatchEnd(_event, control) {
      const { mine, total } = await control.inspect(({ tasks: [task], inputs: [given] }) => ({
        mine: sum(square(sub(task!.prediction, task!.target))),
        total: sum(given!.tensor),
      }));
      found.push(mine!.data[0]!, total!.data[0]!);
    },
  };
  await net.fit(x, y, { callbacks: [look] });
  const { loss } = await net.evaluate(x, y);
  expect(found[0]).toBeCloseTo(3 * loss, 8);
  expect(found[1]).toBeCloseTo(
    Array.from(x.data).reduce((total, value) => total + value, 0),
    10,
  );
});

describe("locateNaN", () => {
  async function stoppedBy(net: ReturnType<typeof linear>, x: NumericArray, y: NumericArray): Promise<string> {
    const numbers = () => net.getWeights().map(({ data }) => Array.from(data));
    const before = numbers();
    const { stopped } = await net.fit(x, y, { batchSize: 100, callbacks: [locateNaN()] });
    // The weights are those before the update that failed.
    expect(numbers()).toEqual(before);
    return stopped!;
  }
  const replaced = (x: NumericArray, at: number, value: number): NumericArray => ({
    data: Float64Array.from(x.data, (old, i) => (i === at ? value : old)),
    shape: x.shape,
  });
  const y = waves([3, 1], 1);

  test("finds it in the data, with the step of time", async () => {
    const found = await stoppedBy(linear(0.5, 6), replaced(waves([3, 6, 1]), 9, Number.NaN), y);
    expect(found).toBe(
      "the loss is NaN in epoch 0, batch 0: it began in the state h of memory at step 3; there is NaN or infinity in the data of input",
    );
  });

  test("finds the layer and step where a state grows without bounds", async () => {
    const x = { data: new Float32Array(18).fill(1), shape: [3, 6, 1] };
    expect(await stoppedBy(linear(1e13, 6, "wasm"), x, y)).toMatch(
      /in the state h of memory at step 3; what came into it is finite/,
    );
  });

  test("finds it in the targets", async () => {
    const found = await stoppedBy(linear(0.5, 6), waves([3, 6, 1]), replaced(y, 1, Number.NaN));
    expect(found).toMatch(/it began in the targets of memory: .*missingTargets: "mask"/);
  });

  test("finds the step where the gradient grows without bounds on its way back", async () => {
    const x = { data: new Float32Array(18), shape: [3, 6, 1] };
    const found = await stoppedBy(linear(1e15, 6, "wasm"), x, y);
    expect(found).toMatch(
      /^a gradient is not finite in epoch 0, batch 0: .* state h of memory from step 2 back in time/,
    );
  });

  test("finds a loss without a gradient", async () => {
    const start = input({ shape: [2] });
    const net = model({ inputs: start, outputs: dense(1, { name: "only" }).apply(start) });
    net.compile({ loss: (a, b) => sqrt(square(sub(a, b))), optimizer: "sgd", engine: "reference" });
    net.setWeights([[[1], [1]], [0]]);
    const found = await stoppedBy(
      net as never,
      { data: Float64Array.of(1, 2), shape: [1, 2] },
      { data: Float64Array.of(3), shape: [1, 1] },
    );
    expect(found).toMatch(/it began in the gradient of only\/bias/);
  });

  test("finds the first of several layers, and lets masked steps be anything", async () => {
    const make = () => {
      const net = sequential([
        masking({ maskValue: Number.NaN, inputShape: [4, 2] }),
        dense(3, { activation: "exponential", name: "grows" }),
        lstm(2),
        dense(1),
      ]);
      net.compile({ loss: "meanSquaredError", optimizer: "sgd", engine: "wasm" });
      return net;
    };
    const x = waves([3, 4, 2]);
    const masked = { data: x.data.map((value, i) => (i % 8 > 5 ? Number.NaN : value)) as Float64Array, shape: x.shape };
    const fine = make();
    expect((await fine.fit(masked, y, { callbacks: [locateNaN()] })).stopped).toBeUndefined();
    const large = { data: masked.data.map((value, i) => (i === 2 ? 1e30 : value)) as Float64Array, shape: x.shape };
    const net = make();
    net.setWeights(
      net
        .getWeights()
        .map(({ data, shape }, i) => ({ shape, data: i === 0 ? (data.map(() => 1) as Float32Array) : data })),
    );
    expect(await stoppedBy(net as never, large, y)).toMatch(
      /it began in the output of grows at step 1; what came into it is finite/,
    );
  });
});
