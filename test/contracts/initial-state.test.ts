/** What must hold for the state that one layer hands to another, for every cell: alone, both ways and in a stack. */
import {
  bidirectional,
  concatenate,
  input,
  type Layer,
  lstm,
  model,
  recurrent,
  type SymbolicTensor,
  stacked,
} from "rondo";
import { describe, expect, test } from "vitest";
import { allCells, furtherFeatures, layerWithState } from "../support/cells.ts";
import { compileForGradient, gradientsOf, setWaves, stepsOf, waves } from "../support/models.ts";
import { expectClose } from "../support/numbers.ts";

const [batch, half, units] = [2, 2, 3] as const;

describe.each(allCells.map((cell) => ({ name: cell.name, cell, options: {} })))("$name", (of) => {
  const features = 2 + furtherFeatures(of.cell, 2, units);
  const x = waves([batch, 2 * half, features]);
  const data = { first: stepsOf(x, 0, half), second: stepsOf(x, half, 2 * half) };
  const halves = () => {
    const [first, second] = ["first", "second"].map((name) => input({ shape: [half, features], name }));
    return { first: first!, second: second! };
  };

  const alone = () => layerWithState(of, units, { returnSequences: true });
  const inStack = (): Layer<SymbolicTensor[]> =>
    stacked([recurrent(of.cell, units) as Layer<unknown>, lstm(2)], {
      returnSequences: true,
      returnState: true,
      inputsFromFeatures: features > 2,
    });

  test.each([
    ["alone", alone],
    ["in a stack", inStack],
  ] as const)("%s: two halves of which one hands its state to the other train as the whole", async (_how, make) => {
    const start = input({ shape: [2 * half, features] });
    const whole = model({ inputs: start, outputs: make().apply(start)[0]! });
    compileForGradient(whole);
    setWaves(whole);

    const { first, second } = halves();
    const layer = make();
    const [before, ...initialState] = layer.apply(first);
    const [after] = layer.apply(second, { initialState });
    const apart = model({ inputs: [first, second], outputs: { before: before!, after: after! } });
    // Each is a mean over half of the steps.
    compileForGradient(apart, { loss: "meanSquaredError", lossWeights: { before: 0.5, after: 0.5 } });
    apart.setWeights(whole.getWeights());

    const [expected, found] = [await whole.predict(x), await apart.predict(data)];
    expectClose(found.before.data, stepsOf(expected, 0, half).data, 1e-14);
    expectClose(found.after.data, stepsOf(expected, half, 2 * half).data, 1e-14);
    const y = waves(expected.shape, 3);
    const targets = { before: stepsOf(y, 0, half), after: stepsOf(y, half, 2 * half) };
    const gradients = await gradientsOf(apart, data, targets);
    for (const [i, gradient] of (await gradientsOf(whole, x, y)).entries()) {
      expectClose(gradients[i]!, gradient, 1e-12);
    }
  });

  test("both ways: each direction of a decoder goes on from its own direction of an encoder", async () => {
    const both = () => bidirectional(layerWithState(of, units), { mergeMode: null });
    const way = (goBackwards: boolean) => layerWithState(of, units, { goBackwards });
    /** Outputs of encoder and decoder, forwards and backwards each. */
    const compiled = (apply: (first: SymbolicTensor, second: SymbolicTensor) => readonly SymbolicTensor[]) => {
      const { first, second } = halves();
      const net = model({ inputs: [first, second], outputs: concatenate().apply(apply(first, second)) });
      compileForGradient(net);
      setWaves(net);
      return net;
    };
    const joint = compiled((first, second) => {
      const [there, back, ...initialState] = both().apply(first);
      const [thereAfter, backAfter] = both().apply(second, { initialState });
      return [there!, back!, thereAfter!, backAfter!];
    });
    const apart = compiled((first, second) => {
      const [[there, ...state], [back, ...stateBack]] = [way(false).apply(first), way(true).apply(first)];
      const [thereAfter] = way(false).apply(second, { initialState: state });
      const [backAfter] = way(true).apply(second, { initialState: stateBack });
      return [there!, back!, thereAfter!, backAfter!];
    });
    const expected = await apart.predict(data);
    expectClose((await joint.predict(data)).data, expected.data, 1e-14);
    const y = waves(expected.shape, 3);
    const gradients = await gradientsOf(joint, data, y);
    expect(gradients.length).toBeGreaterThan(0);
    for (const [i, gradient] of (await gradientsOf(apart, data, y)).entries()) {
      expectClose(gradients[i]!, gradient, 1e-12);
    }
  });
});
