import { describe, expect, test } from "vitest";
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { OptionError } from "../../errors.ts";
import { add, constant, mul, neg, type Shape, sum, type Tensor, variable } from "../../graph/index.ts";
import { loadCatalogue } from "../by-name.ts";
import { requireConfig } from "../config.ts";
import { descend, optimizerState } from "../descend.ts";
import { addMomentum } from "./add-momentum.ts";
import { chain } from "./chain.ts";
import { clipByGlobalNorm } from "./clip-by-global-norm.ts";
import { customOptimizer } from "./custom-optimizer.ts";
import { type OptimizerLike, optimizers, resolveOptimizer } from "./index.ts";
import { scaleByAdam } from "./scale-by-adam.ts";
import { scaleByLearningRate } from "./scale-by-learning-rate.ts";
import { stateless } from "./transformation.ts";

// What is around a descent is known from the start, as it is behind the front door.
await loadCatalogue();

/** Parameters whose gradients are given anew at each step. */
class Descent {
  readonly session = new Session(referenceEngine());
  readonly parameters: readonly Tensor[];
  readonly state;
  readonly #optimizer;
  #step: number;

  constructor(optimizer: OptimizerLike, shapes: readonly Shape[], initial: number[][], step = 0) {
    this.#optimizer = resolveOptimizer(optimizer);
    this.parameters = shapes.map((shape, index) => variable(`p${index}`, shape));
    this.state = optimizerState(this.#optimizer, this.parameters);
    for (const [index, parameter] of this.parameters.entries()) this.session.set(parameter, initial[index]!);
    for (const { variable, initial } of this.state) {
      this.session.set(variable, new Array<number>(variable.size).fill(initial));
    }
    this.#step = step;
  }

  async go(...gradients: readonly number[][]): Promise<number[][]> {
    // Σ gradient · parameter has the gradient that is wanted.
    const loss = this.parameters
      .map((parameter, index) => sum(mul(parameter, constant(gradients[index]!, parameter.shape))))
      .reduce((total, part) => add(total, part));
    const { step, learningRate, updates } = descend(loss, this.parameters, this.#optimizer, this.state);
    const prepared = this.session.prepare({ inputs: [step, learningRate], outputs: [], updates });
    await prepared.run([[this.#step + 1], [this.#optimizer.schedule.at(this.#step)]]);
    this.#step++;
    return this.parameters.map((parameter) => Array.from(this.session.get(parameter)));
  }
}

const gradientsOf = (steps: number) =>
  Array.from({ length: steps }, (_, t) => [Math.sin(t * 2.1), Math.cos(t) - 0.3, 0]);

/** The recipe of each optimizer in plain float64, for one element. */
const recipes: Record<keyof typeof optimizers, (gradients: number[], start: number) => number[]> = {
  sgd: (gradients, start) => walk(gradients, start, (g) => -0.01 * g),
  rmsprop(gradients, start) {
    let v = 0;
    return walk(gradients, start, (g) => {
      v = 0.9 * v + 0.1 * g * g;
      return (-0.001 * g) / Math.sqrt(v + 1e-7);
    });
  },
  adam: (gradients, start) => adamWalk(gradients, start, 0),
  adamW: (gradients, start) => adamWalk(gradients, start, 0.004),
  nadam(gradients, start) {
    let [m, v, product] = [0, 0, 1];
    const u = (t: number) => 0.9 * (1 - 0.5 * 0.96 ** t);
    return walk(gradients, start, (g, t) => {
      product *= u(t);
      m += (g - m) * (1 - 0.9);
      v += (g * g - v) * (1 - 0.999);
      const ahead = (u(t + 1) * m) / (1 - product * u(t + 1)) + ((1 - u(t)) * g) / (1 - product);
      return (-0.001 * ahead) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-7);
    });
  },
};

function adamWalk(gradients: number[], start: number, decay: number): number[] {
  let [m, v] = [0, 0];
  return walk(gradients, start, (g, t, p) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const rate = (0.001 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    return (-rate * m) / (Math.sqrt(v) + 1e-7) - 0.001 * decay * p;
  });
}

function walk(gradients: number[], start: number, step: (g: number, t: number, p: number) => number): number[] {
  let p = start;
  return gradients.map((g, index) => (p += step(g, index + 1, p)));
}

describe.each(Object.keys(optimizers) as (keyof typeof optimizers)[])("%s", (name) => {
  test("follows its recipe", async () => {
    const gradients = gradientsOf(6);
    const start = [1, -2, 0.5];
    const descent = new Descent(name, [[3]], [start]);
    const expected = start.map((p, i) =>
      recipes[name](
        gradients.map((g) => g[i]!),
        p,
      ),
    );
    for (const [t, gradient] of gradients.entries()) {
      const [found] = await descent.go(gradient);
      for (const i of [0, 1, 2]) expect(found![i]).toBeCloseTo(expected[i]![t]!, 12);
    }
  });

  test("goes on exactly from its state", async () => {
    const gradients = gradientsOf(5);
    const whole = new Descent(name, [[3]], [[1, 2, 3]]);
    let expected: number[][] = [];
    for (const gradient of gradients) expected = await whole.go(gradient);

    const first = new Descent(name, [[3]], [[1, 2, 3]]);
    let found: number[][] = [];
    for (const gradient of gradients.slice(0, 3)) found = await first.go(gradient);
    const second = new Descent(name, [[3]], found, 3);
    for (const [index, { variable }] of first.state.entries()) {
      second.session.set(second.state[index]!.variable, first.session.get(variable));
    }
    for (const gradient of gradients.slice(3)) found = await second.go(gradient);
    expect(found).toEqual(expected);
  });

  test("a zero gradient at the first step moves nothing but by decay, and gives no NaN", async () => {
    const [[p]] = (await new Descent(name, [[1]], [[2]]).go([0])) as [[number]];
    expect(p).toBeCloseTo(name === "adamW" ? 2 - 0.001 * 0.004 * 2 : 2, 12);
  });

  test("comes back from its config and rejects unknown options", () => {
    const made = optimizers[name]({ learningRate: 0.5, weightDecay: 0.1, clipNorm: 2 });
    const config = requireConfig(made, "optimizer");
    expect(config).toMatchObject({ name, learningRate: 0.5, weightDecay: 0.1, clipNorm: 2 });
    expect(resolveOptimizer(JSON.parse(JSON.stringify(config))).config).toEqual(config);
    expect(() => resolveOptimizer({ name, misspelt: 1 })).toThrow(OptionError);
    expect(resolveOptimizer(made)).toBe(made);
  });

  test("has state of known names", () => {
    const state = optimizerState(resolveOptimizer(name), [variable("a", [2]), variable("b", [3, 4])]);
    expect(new Set(state.map(({ slot, parameter }) => `${slot} ${parameter}`)).size).toBe(state.length);
    for (const { parameter, shape } of state)
      expect(shape).toEqual(parameter === undefined ? [] : [[2], [3, 4]][parameter]);
  });
});

describe("clipping", () => {
  const go = async (options: object, ...gradients: number[][]) => {
    const shapes = gradients.map((gradient) => [gradient.length]);
    const zeros = gradients.map((gradient) => gradient.map(() => 0));
    const moved = await new Descent({ name: "sgd", learningRate: 1, ...options }, shapes, zeros).go(...gradients);
    return moved.map((parameter) => parameter.map((x) => -x + 0));
  };
  const close = (found: number[][], expected: number[][]) => {
    for (const [i, part] of expected.entries())
      for (const [j, x] of part.entries()) expect(found[i]![j]).toBeCloseTo(x, 12);
  };

  test("by value limits each element", async () => {
    close(await go({ clipValue: 2 }, [-5, 1, 3], [0.5]), [[-2, 1, 2], [0.5]]);
  });

  test("by norm limits each parameter", async () => {
    close(await go({ clipNorm: 1 }, [3, 4], [0.3, 0.4], [0]), [[0.6, 0.8], [0.3, 0.4], [0]]);
  });

  test("by global norm limits all together", async () => {
    close(await go({ globalClipNorm: 6.5 }, [3, 4], [12, 0]), [
      [1.5, 2],
      [6, 0],
    ]);
    close(await go({ globalClipNorm: 100 }, [3, 4], [0, 0]), [
      [3, 4],
      [0, 0],
    ]);
    close(await go({ globalClipNorm: 1 }, [0, 0]), [[0, 0]]);
  });

  test("is of one kind", () => {
    expect(() => optimizers.adam({ clipValue: 1, globalClipNorm: 1 })).toThrow(/clipValue and globalClipNorm/);
    expect(() => optimizers.adam({ clipNorm: 0 })).toThrow(OptionError);
  });
});

test("momentum and Nesterov's momentum", async () => {
  const [heavy, ahead] = [false, true].map(
    (nesterov) => new Descent({ name: "sgd", learningRate: 0.1, momentum: 0.9, nesterov }, [[1]], [[0]]),
  );
  let [m, p, q] = [0, 0, 0];
  for (const g of [1, -0.5, 2]) {
    m = 0.9 * m - 0.1 * g;
    p += m;
    q += 0.9 * m - 0.1 * g;
    expect((await heavy!.go([g]))[0]![0]).toBeCloseTo(p, 12);
    expect((await ahead!.go([g]))[0]![0]).toBeCloseTo(q, 12);
  }
  expect(() => optimizers.sgd({ nesterov: true })).toThrow(/momentum/);
});

test("centered rmsprop with momentum", async () => {
  const descent = new Descent({ name: "rmsprop", centered: true, momentum: 0.5 }, [[1]], [[0]]);
  let [v, a, m, p] = [0, 0, 0, 0];
  for (const g of [1, -0.5, 2]) {
    v = 0.9 * v + 0.1 * g * g;
    a = 0.9 * a + 0.1 * g;
    m = 0.5 * m + (0.001 * g) / Math.sqrt(v - a * a + 1e-7);
    p -= m;
    expect((await descent.go([g]))[0]![0]).toBeCloseTo(p, 12);
  }
});

test("the learning rate of each step is the schedule's", async () => {
  const learningRate = { name: "piecewiseConstant", boundaries: [0, 1], values: [1, 10, 100] };
  const optimizer = resolveOptimizer({ name: "sgd", learningRate });
  expect(requireConfig(optimizer, "optimizer").learningRate).toEqual(learningRate);
  const descent = new Descent(optimizer, [[1]], [[0]]);
  for (const expected of [-1, -11, -111]) expect((await descent.go([1]))[0]).toEqual([expected]);
});

test("a user's own transformation composes with the others, and is not saved", async () => {
  const flip = stateless((updates) => updates.map((update) => neg(update)));
  const parts = chain(flip, chain(addMomentum({ momentum: 0.5 })), clipByGlobalNorm(10), scaleByLearningRate());
  const optimizer = customOptimizer(parts, (step) => 1 / (step + 1));
  const descent = new Descent(optimizer, [[1]], [[0]]);
  expect((await descent.go([1]))[0]).toEqual([1]);
  expect((await descent.go([1]))[0]).toEqual([1 + 1.5 / 2]);
  expect(descent.state.map(({ slot }) => slot)).toEqual(["1.momentum"]);
  expect(() => requireConfig(optimizer, "optimizer")).toThrow(/cannot be saved/);
  expect(() => requireConfig(optimizers.adam({ learningRate: () => 1 }), "optimizer")).toThrow(/cannot be saved/);
});

test("options are checked", () => {
  expect(() => optimizers.adam({ learningRate: Number.NaN })).toThrow(OptionError);
  expect(() => optimizers.adam({ beta1: 1 })).toThrow(OptionError);
  expect(() => scaleByAdam({ epsilon: -1 })).toThrow(OptionError);
  expect(() => resolveOptimizer("lion" as OptimizerLike)).toThrow(/one of adam, /);
  expect(() => resolveOptimizer(null as unknown as OptimizerLike)).toThrow(OptionError);
});
