/** Eight steps of an LSTM classifier with each optimizer against Keras. */
import { describe, expect, test } from "vitest";
import golden from "../../../test/parity/training.json" with { type: "json" };
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import {
  add,
  constant,
  full,
  matmul,
  mul,
  scan,
  sigmoid,
  split,
  swapAxes,
  type Tensor,
  tanh,
  variable,
} from "../../graph/index.ts";
import { loadCatalogue } from "../by-name.ts";
import { descend, optimizerState } from "../descend.ts";
import { categoricalCrossentropy } from "../losses/categorical-crossentropy.ts";
import { weightedLoss } from "../losses/weighted-loss.ts";
import { resolveOptimizer } from "./index.ts";

// What is around a descent is known from the start, as it is behind the front door.
await loadCatalogue();

interface Numbers {
  shape: number[];
  data: number[];
}

interface Shared {
  x: Numbers;
  y: Numbers;
  steps: number;
  initialWeights: Numbers[];
}

interface Case {
  name: string;
  optimizer: string;
  options: Record<string, number | boolean>;
  losses: number[];
  finalWeights: Numbers[];
}

const [shared, ...cases] = golden.cases as unknown as [Shared, ...Case[]];

/** Logits of an LSTM layer, gates i f c o, and a dense layer. */
function classify(x: Tensor, [kernel, recurrent, bias, denseKernel, denseBias]: Tensor[]): Tensor {
  const start = full([x.shape[0]!, recurrent!.shape[0]!], 0);
  const { carry } = scan(
    ({ h, c }, { x: now }) => {
      const gates = add(add(matmul(now, kernel!), matmul(h, recurrent!)), bias!);
      const [i, f, candidate, o] = split(gates, 4);
      const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(candidate)));
      return { carry: { h: mul(sigmoid(o), tanh(next)), c: next } };
    },
    { h: start, c: start },
    { x: swapAxes(x, 0, 1) },
  );
  return add(matmul(carry.h, denseKernel!), denseBias!);
}

describe("Keras", () => {
  test.each(cases)("$name", async ({ optimizer: name, options, losses, finalWeights }) => {
    const optimizer = resolveOptimizer({ name, ...options });
    const parameters = shared.initialWeights.map(({ shape }, index) => variable(`weight${index}`, shape));
    const { values } = categoricalCrossentropy({ fromLogits: true });
    const logits = classify(constant(shared.x.data, shared.x.shape), parameters);
    const loss = weightedLoss(values, constant(shared.y.data, shared.y.shape), logits);
    const state = optimizerState(optimizer, parameters);
    const { step, learningRate, updates } = descend(loss, parameters, optimizer, state);

    const session = new Session(referenceEngine());
    for (const [index, { data }] of shared.initialWeights.entries()) session.set(parameters[index]!, data);
    for (const { variable, initial } of state) session.set(variable, new Float32Array(variable.size).fill(initial));
    const prepared = session.prepare({ inputs: [step, learningRate], outputs: [loss], updates });
    for (const [done, expected] of losses.entries()) {
      const [found] = await prepared.run([[done + 1], [optimizer.schedule.at(done)]]);
      expect(found![0]).toBeCloseTo(expected, 6);
    }
    for (const [index, { data }] of finalWeights.entries()) {
      const found = session.get(parameters[index]!);
      for (const [i, expected] of data.entries()) expect(found[i]).toBeCloseTo(expected, 6);
    }
  });
});
