/** CTC against the sum over all alignments, one by one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceEngine } from "../../engine/reference/reference.ts";
import { Session } from "../../engine/session.ts";
import { OptionError, ShapeError } from "../../errors.ts";
import { constant, full, gradients, input, type Tensor } from "../../graph/index.ts";
import { resolveMetric } from "../metrics/index.ts";
import { ctc } from "./ctc.ts";
import { resolveLoss } from "./index.ts";
import { weightedSequenceLoss } from "./weighted-loss.ts";

async function compute(outputs: readonly Tensor[], inputs: readonly Tensor[] = [], values: readonly number[][] = []) {
  const prepared = new Session(referenceEngine()).prepare({ inputs, outputs, updates: [] });
  return (await prepared.run(values)).map((numbers) => Array.from(numbers));
}

const [batch, time, classes] = [2, 4, 3] as const;

/** What a path of classes is read as. */
const read = (path: readonly number[], blank: number) =>
  path.filter((label, t) => label !== blank && label !== path[t - 1]);

/** −log of the sum over all paths of the first `steps` steps that are read as `labels`. */
function allAlignments(logits: readonly number[], labels: readonly number[], blank: number, steps: number): number {
  let total = 0;
  for (let code = 0; code < classes ** steps; code++) {
    const path = Array.from({ length: steps }, (_, t) => Math.floor(code / classes ** t) % classes);
    if (read(path, blank).join() !== labels.join()) continue;
    total += path.reduce((product, label, t) => {
      const step = logits.slice(t * classes, (t + 1) * classes);
      return (product * Math.exp(step[label]!)) / step.reduce((sum, x) => sum + Math.exp(x), 0);
    }, 1);
  }
  return -Math.log(total);
}

const logitLists = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
  minLength: batch * time * classes,
  maxLength: batch * time * classes,
});
const isLabel = (blank: number) => (label: number) => label !== blank;

describe("ctc", () => {
  test("is −log of the sum over all alignments, for any labels, lengths and blank", async () => {
    const label = fc.integer({ min: 0, max: classes - 1 });
    const labelLists = fc.array(fc.array(label, { maxLength: 3 }), { minLength: batch, maxLength: batch });
    const lengthLists = fc.array(fc.integer({ min: 0, max: time }), { minLength: batch, maxLength: batch });
    await fc.assert(
      fc.asyncProperty(logitLists, labelLists, lengthLists, label, async (logits, given, lengths, blank) => {
        const labels = given.map((row) => row.filter(isLabel(blank)));
        const padded = labels.flatMap((row) => [...row, blank, blank, blank].slice(0, 3));
        const mask = lengths.flatMap((steps) => Array.from({ length: time }, (_, t) => (t < steps ? 1 : 0)));
        const values = ctc({ blank, fromLogits: true }).values(
          constant(padded, [batch, 3], "int32"),
          constant(logits, [batch, time, classes]),
          constant(mask, [batch, time]),
        );
        const [found] = await compute([values]);
        for (const [row, value] of found!.entries()) {
          const own = logits.slice(row * time * classes, (row + 1) * time * classes);
          const expected = allAlignments(own, labels[row]!, blank, lengths[row]!);
          if (expected === Number.POSITIVE_INFINITY) expect(value).toBe(expected);
          else expect(value).toBeCloseTo(expected, 8);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("has the gradient of finite differences", async () => {
    await fc.assert(
      fc.asyncProperty(logitLists, fc.nat(batch * time * classes - 1), async (logits, at) => {
        const p = input("p", [batch, time, classes]);
        const scalar = weightedSequenceLoss(
          ctc({ fromLogits: true }).values,
          constant([1, 1, 2, 0], [batch, 2], "int32"),
          p,
          { mask: constant([1, 1, 1, 1, 1, 1, 0, 0], [batch, time]), sampleWeight: constant([0.5, 2]) },
        );
        const prepared = new Session(referenceEngine()).prepare({
          inputs: [p],
          outputs: [scalar, ...gradients(scalar, [p])],
          updates: [],
        });
        const lossAt = async (by: number) =>
          (await prepared.run([logits.map((x, i) => (i === at ? x + by : x))]))[0]![0]!;
        const slope = ((await lossAt(1e-5)) - (await lossAt(-1e-5))) / 2e-5;
        expect((await prepared.run([logits]))[1]![at]).toBeCloseTo(slope, 6);
      }),
      { numRuns: 8 },
    );
  });

  test.each([false, true])("what is excluded may be NaN or infinite (of logits: %s)", async (useLogits) => {
    const loss = ctc();
    const p = input("p", [batch, time, classes]);
    const counted = [1, 1, 0, 1, 0, 0, 0, 0];
    const prediction = Array.from({ length: batch * time * classes }, (_, i) => 0.1 + ((i * 7) % 5) / 5);
    for (const weighting of [{ mask: constant(counted, [batch, time]), sampleWeight: constant([1, 0]) }]) {
      const target = constant([2, 1], [batch, 1], "int32");
      const scalar = weightedSequenceLoss(useLogits ? loss.logits!.values : loss.values, target, p, weighting);
      const outputs = [scalar, ...gradients(scalar, [p])];
      const at = (poison: number) =>
        compute(outputs, [p], [prediction.map((x, i) => (counted[Math.floor(i / classes)] ? x : poison))]);
      const [value, gradient] = await at(0.5);
      expect(Number.isFinite(value![0])).toBe(true);
      expect(gradient!.slice(0, 6).some((x) => x !== 0)).toBe(true);
      expect(gradient!.slice(12)).toEqual(new Array(12).fill(0));
      for (const poison of [Number.NaN, Number.POSITIVE_INFINITY]) expect(await at(poison)).toEqual([value, gradient]);
    }
  });

  test("a label outside the classes is NaN", async () => {
    const labels = constant([1, classes, -1, 1], [4, 1], "int32");
    const [found] = await compute([ctc({ fromLogits: true }).values(labels, full([4, 2, classes], 0))]);
    expect(found).toEqual([expect.any(Number), Number.NaN, Number.NaN, expect.any(Number)]);
    expect(found![0]).toBeCloseTo(-Math.log(3 / 9), 10);
  });

  test("is a metric too: the mean over rows, weighted", async () => {
    const labels = constant([1, 2], [batch, 1], "int32");
    const logits = constant(
      Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      [batch, time, classes],
    );
    const weighting = { mask: constant([1, 1, 1, 1, 1, 1, 0, 0], [batch, time]), sampleWeight: constant([1, 3]) };
    const loss = ctc({ fromLogits: true });
    const [values, sums] = await compute([
      loss.values(labels, logits, weighting.mask),
      resolveMetric(loss).sums(labels, logits, weighting),
    ]);
    expect(sums).toEqual([expect.closeTo(values![0]! + 3 * values![1]!, 10), 4]);
  });

  test("comes back from its config; wrong options and shapes are errors", () => {
    const { config } = ctc({ blank: 2, zeroInfinity: true });
    expect(resolveLoss(JSON.parse(JSON.stringify(config))).config).toEqual(config);
    expect(() => ctc({ blank: -1 })).toThrow(OptionError);
    expect(() => ctc({ zeroInfinity: 1 as never })).toThrow(OptionError);
    expect(() => resolveLoss({ name: "ctc", misspelt: 1 })).toThrow(OptionError);
    const { values } = ctc({ blank: 3, fromLogits: true });
    const labels = full([2, 2], 1);
    expect(() => values(labels, full([2, 4, 3], 0))).toThrow("more than 3 classes] and labels [batch, most labels]");
    expect(() => values(labels, full([3, 4, 5], 0))).toThrow(ShapeError);
    expect(() => values(labels, full([2, 5], 0))).toThrow(ShapeError);
  });
});
