/** The check of cells finds what is wrong with one, and says it in one sentence. */
import {
  add,
  checkCell,
  concat,
  defineCell,
  div,
  matmul,
  mul,
  RondoError,
  reverse,
  select,
  stopGradient,
  sub,
  tanh,
} from "rondo";
import { expect, test } from "vitest";

type Step = Parameters<typeof defineCell>[0]["step"];

/** A sound cell of one kernel with another step. */
const withStep = (step: Step) =>
  defineCell({
    name: "doubtful",
    weights: (inputSize, units) => ({
      kernel: { shape: [inputSize, units], initializer: "glorotUniform" },
      recurrentKernel: { shape: [units, units], initializer: "orthogonal" },
    }),
    state: (units) => ({ h: units, c: units }),
    step: step as never,
  });

test("a cell that is right passes", async () => {
  const right: Step = ({ kernel, recurrentKernel }, x, { h, c }) => {
    const next = tanh(add(matmul(x, kernel!), matmul(h!, recurrentKernel!)));
    return { h: next, c: add(mul(0.5, c!), next) };
  };
  await expect(checkCell(withStep(right))).resolves.toBeUndefined();
});

test("a gradient that stops on its way is told apart from finite differences, by weight", async () => {
  const step: Step = ({ kernel, recurrentKernel }, x, { h, c }) => {
    const next = tanh(add(matmul(x, kernel!), matmul(h!, stopGradient(recurrentKernel!))));
    return { h: next, c: c! };
  };
  const found = checkCell(withStep(step));
  await expect(found).rejects.toThrow(RondoError);
  await expect(checkCell(withStep(step))).rejects.toThrow(
    /^Expected the gradient by recurrentKernel of the cell doubtful, got 0, where finite differences give -?[\d.]+\.$/,
  );
});

test("a cell that mixes rows is found", async () => {
  const step: Step = ({ kernel }, x, { c }) => ({ h: add(matmul(x, kernel!), matmul(reverse(x, 0), kernel!)), c: c! });
  await expect(checkCell(withStep(step))).rejects.toThrow(
    "a row by itself to give the same sequence of the cell doubtful",
  );
});

test("a cell that remembers beside its state is found", async () => {
  // The first call of the step, that of the trace, is all that there is: a count outside of the state stands still.
  let traces = 0;
  const step: Step = ({ kernel }, x, { c }) => {
    traces++;
    return { h: mul(traces, matmul(x, kernel!)), c: c! };
  };
  await expect(checkCell(withStep(step))).rejects.toThrow("of the cell doubtful, got");
});

test("a number that is none is found", async () => {
  const step: Step = ({ kernel }, x, { h, c }) => ({ h: div(matmul(x, kernel!), sub(h!, h!)), c: c! });
  await expect(checkCell(withStep(step))).rejects.toThrow("finite numbers in sequence of the cell doubtful, got");
});

test("a state of another size is said", async () => {
  const step: Step = ({ kernel }, x, { c }) => {
    const z = matmul(x, kernel!);
    return { h: concat([z, z]), c: select(c!, c!, c!) };
  };
  await expect(checkCell(withStep(step))).rejects.toThrow(
    "h from step() of the cell doubtful to stay [3, 3], got [3, 6]",
  );
});

test("an option that is unknown is refused", async () => {
  const cell = withStep((_weights, _x, { h, c }) => ({ h: h!, c: c! }));
  await expect(checkCell(cell, { unit: 3 } as never)).rejects.toThrow("options of checkCell()");
});
