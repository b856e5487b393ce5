/** CTC decoders against the sum over all paths. */
import fc from "fast-check";
import { ragged } from "rondo";
import { ctcBeamSearch, ctcGreedy } from "rondo/decode";
import { describe, expect, test } from "vitest";

const [time, classes] = [4, 3] as const;
/** Logits that are equal or differ by enough to tell after exponentials. */
const logit = fc.double({ min: -3, max: 3, noNaN: true }).map((x) => Math.round(x * 1e6) / 1e6);
const outputs = fc.array(logit, { minLength: time * classes, maxLength: time * classes });
const shaped = (data: readonly number[]) => ({ data: Float64Array.from(data), shape: [1, time, classes] });

function probabilities(logits: readonly number[], t: number): number[] {
  const powers = logits.slice(t * classes, (t + 1) * classes).map(Math.exp);
  const sum = powers.reduce((total, x) => total + x, 0);
  return powers.map((x) => x / sum);
}

/** P of all labels that some path is read as, most probable first, and the most probable path. */
function everything(logits: readonly number[], blank: number) {
  const labels = new Map<string, number>();
  let best = { path: [] as number[], probability: 0 };
  for (let code = 0; code < classes ** time; code++) {
    const path = Array.from({ length: time }, (_, t) => Math.floor(code / classes ** t) % classes);
    const probability = path.reduce((product, label, t) => product * probabilities(logits, t)[label]!, 1);
    const key = path.filter((label, t) => label !== blank && label !== path[t - 1]).join();
    labels.set(key, (labels.get(key) ?? 0) + probability);
    if (probability > best.probability) best = { path, probability };
  }
  return { labels: [...labels].sort((a, b) => b[1] - a[1]), best };
}

describe("A search over prefixes", () => {
  test("that is wide enough finds all labels with their probabilities", () => {
    fc.assert(
      fc.property(outputs, fc.integer({ min: 0, max: classes - 1 }), (logits, blank) => {
        const [found] = ctcBeamSearch(shaped(logits), { blank, fromLogits: true, width: 200 });
        const { labels } = everything(logits, blank);
        expect(found).toHaveLength(labels.length);
        for (const { labels: own, logProbability } of found!) {
          const expected = labels.find(([key]) => key === own.join())![1];
          expect(Math.exp(logProbability)).toBeCloseTo(expected, 10);
        }
        expect(Math.exp(found![0]!.logProbability)).toBeCloseTo(labels[0]![1], 10);
      }),
      { numRuns: 60 },
    );
  });

  test("adds up paths where the best path alone misleads", () => {
    // Both steps: blank 0.6, label 0.4. The best path is blank blank, 0.36; the label alone has 1 − 0.36.
    const x = [
      [
        [0.6, 0.4],
        [0.6, 0.4],
      ],
    ];
    expect(ctcGreedy(x)[0]!.labels).toEqual([]);
    const [best, second] = ctcBeamSearch(x, { width: 2 })[0]!;
    expect([best!.labels, second!.labels]).toEqual([[1], []]);
    expect(Math.exp(best!.logProbability)).toBeCloseTo(0.64, 6);
    expect(Math.exp(second!.logProbability)).toBeCloseTo(0.36, 6);
  });

  test("keeps as many prefixes as it is wide, best first, and never claims more than there is", () => {
    fc.assert(
      fc.property(outputs, fc.integer({ min: 1, max: 5 }), (logits, width) => {
        const [found] = ctcBeamSearch(shaped(logits), { fromLogits: true, width });
        expect(found!.length).toBeLessThanOrEqual(width);
        const all = new Map(everything(logits, 0).labels);
        for (const { labels, logProbability } of found!) {
          expect(Math.exp(logProbability)).toBeLessThanOrEqual(all.get(labels.join())! + 1e-9);
        }
        const logs = found!.map(({ logProbability }) => logProbability);
        expect(logs).toEqual([...logs].sort((a, b) => b - a));
      }),
    );
  });
});

test("the best path merges neighbours, leaves blanks out and stops at the length of the row", () => {
  fc.assert(
    fc.property(outputs, (logits) => {
      const { best } = everything(logits, 0);
      const [found] = ctcGreedy(shaped(logits), { fromLogits: true });
      expect(found!.labels).toEqual(best.path.filter((label, t) => label !== 0 && label !== best.path[t - 1]));
      expect(Math.exp(found!.logProbability)).toBeCloseTo(best.probability, 10);
    }),
  );
  const certain = (label: number) => [0, 1, 2].map((i) => (i === label ? 1 : 0));
  const row = [1, 1, 0, 1, 2, 2].map(certain);
  expect(ctcGreedy([row, row], { lengths: [6, 4] }).map(({ labels }) => labels)).toEqual([
    [1, 1, 2],
    [1, 1],
  ]);
  const beams = ctcBeamSearch([row, row], { lengths: [6, 0] });
  expect(beams.map(([best]) => best)).toEqual([
    { labels: [1, 1, 2], logProbability: 0 },
    { labels: [], logProbability: 0 },
  ]);
  const unequal = ragged([row.slice(0, 4), { data: new Float32Array(0), shape: [0, 3] }, row]);
  expect(ctcGreedy(unequal).map(({ labels }) => labels)).toEqual([[1, 1], [], [1, 1, 2]]);
  expect(ctcBeamSearch(unequal)[2]![0]).toEqual({ labels: [1, 1, 2], logProbability: 0 });
});

test.each([
  [() => ctcGreedy([[1, 2]]), "Expected outputs [batch, time, more than 0 classes], got [1, 2]."],
  [() => ctcGreedy([[[0.5, 0.5]]], { blank: 2 }), "more than 2 classes"],
  [() => ctcGreedy([[[0.5, 0.5]]], { lengths: [2] }), "Expected `lengths` to be 1 whole numbers up to 1, got [2]."],
  [() => ctcGreedy(ragged([[[0.5, 0.5]]]), { lengths: [1] }), "Expected ragged outputs without `lengths`, got [1]."],
  [() => ctcGreedy([[[3, 0.5]]]), "give `fromLogits: true`"],
  [() => ctcBeamSearch([[[0.5, 0.5]]], { width: 0 }), "Expected `width` to be an integer of at least 1, got 0."],
  [() => ctcBeamSearch([[[0.5, 0.5]]], { beams: 3 } as never), 'got "beams"'],
])("refuses what makes no sense: %#", (act, message) => {
  expect(act).toThrow(message);
});
