/** Writing sequences: greedy and beam search against all sequences that there are. */
import fc from "fast-check";
import { beamSearch, generate, logProbabilities, sample, stepModel } from "rondo/decode";
import { describe, expect, test } from "vitest";

const vocabulary = 4;
const endId = 3;

/** A language whose next id depends on all ids before it, by a table that `seed` fills. */
function language(seed: number, rows = 1) {
  const step = (id: number, state: readonly number[]) => {
    const read = [...state, id];
    const hash = read.reduce((h, x) => (h * 31 + x + 7) % 1_000_003, seed + 1);
    const output = Array.from({ length: vocabulary }, (_, i) => 3 * Math.sin(hash * (i + 1) * 12.9898 + i));
    return { output, state: read };
  };
  return { step, model: stepModel(step, { initial: [] as readonly number[], rows }) };
}

/** Every sequence after `prompt` that ends or has `length` ids, with its log probability. */
function allSequences(seed: number, prompt: number, length: number) {
  const { step } = language(seed);
  const found: { ids: readonly number[]; logProbability: number; ended: boolean }[] = [];
  const visit = (id: number, state: readonly number[], ids: readonly number[], logProbability: number) => {
    const next = step(id, state);
    const logs = logProbabilities(next.output);
    for (const [choice, log] of logs.entries()) {
      const total = logProbability + log;
      if (choice === endId) found.push({ ids, logProbability: total, ended: true });
      else if (ids.length + 1 === length) found.push({ ids: [...ids, choice], logProbability: total, ended: false });
      else visit(choice, next.state, [...ids, choice], total);
    }
  };
  visit(prompt, [], [], 0);
  return found;
}

const scoreOf = (alpha: number) => (x: { ids: readonly number[]; logProbability: number; ended: boolean }) =>
  x.logProbability / ((5 + x.ids.length + (x.ended ? 1 : 0)) / 6) ** alpha;

const common = { prompt: [0], endId, fromLogits: true };

describe("Beam search", () => {
  test("of width 1 is the greedy choice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.integer({ min: 1, max: 8 }), async (seed, length) => {
        const [written] = await generate(language(seed).model, { ...common, length });
        const [found] = await beamSearch(language(seed).model, { ...common, length });
        expect(found).toMatchObject({ ids: written!.ids, ended: written!.ended });
        expect(found!.logProbability).toBeCloseTo(written!.logProbability, 10);
      }),
      { numRuns: 60 },
    );
  });

  test.each([0, 0.6, 1, 2])("that is wide enough finds the best of all sequences, length penalty %d", async (alpha) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), async (seed) => {
        const score = scoreOf(alpha);
        const all = allSequences(seed, 0, 4).sort((a, b) => score(b) - score(a));
        const found = await beamSearch(language(seed, 81).model, { ...common, length: 4, lengthPenalty: alpha });
        for (const [i, best] of all.slice(0, 5).entries()) {
          expect(found[i]).toMatchObject({ ids: best.ids, ended: best.ended });
          expect(found[i]!.score).toBeCloseTo(score(best), 10);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("finds what greedy misses", async () => {
    // After 1 (0.6) everything is even; after 2 (0.4) the 1 is certain.
    const tables: Record<number, number[]> = { 0: [0, 0.6, 0.4], 1: [1 / 3, 1 / 3, 1 / 3], 2: [0, 1, 0] };
    const make = (rows: number) => stepModel((id: number) => ({ output: tables[id]!, state: 0 }), { initial: 0, rows });
    const options = { prompt: [0], length: 2 };
    expect((await generate(make(1), options))[0]!.ids[0]).toBe(1);
    const [best] = await beamSearch(make(2), options);
    expect(best!.ids).toEqual([2, 1]);
    expect(best!.logProbability).toBeCloseTo(Math.log(0.4), 12);
  });

  test("gives sequences best first, each once, and ends where nothing better can come", async () => {
    let steps = 0;
    const { model } = language(5, 4);
    const step = (ids: Int32Array) => {
      steps += 1;
      return model.step(ids);
    };
    const counted = { ...model, step };
    const found = await beamSearch(counted, { ...common, length: 200 });
    expect(steps).toBeLessThan(200);
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).sort((a, b) => b - a));
    expect(new Set(found.map(({ ids }) => ids.join())).size).toBe(found.length);
  });
});

describe("generate()", () => {
  test("gives each row its own sequence, as if it were alone, with the probability that it has", async () => {
    const choose = () => sample({ temperature: 3, seed: 2 });
    const rows = await generate(language(9, 8).model, { ...common, length: 6, choose: choose() });
    const [alone] = await generate(language(9).model, { ...common, length: 6, choose: choose() });
    expect(rows[0]).toEqual(alone);
    expect(new Set(rows.map(({ ids }) => ids.join())).size).toBeGreaterThan(1);
    for (const { ids, ended, logProbability } of rows) {
      expect(ids).not.toContain(endId);
      let [state, total]: [readonly number[], number] = [[], 0];
      for (const [i, id] of (ended ? [...ids, endId] : ids).entries()) {
        const next = language(9).step(i === 0 ? 0 : ids[i - 1]!, state);
        total += logProbabilities(next.output)[id]!;
        state = next.state;
      }
      expect(logProbability).toBeCloseTo(total, 10);
    }
  });

  test("reads the whole prompt, and begins anew at every call", async () => {
    const { model } = language(4);
    const options = { prompt: Int32Array.of(2, 1), fromLogits: true, length: 5 };
    const [first] = await generate(model, options);
    expect((await generate(model, options))[0]).toEqual(first);
    expect((await generate(model, { ...options, prompt: [1, 1] }))[0]!.ids).not.toEqual(first!.ids);
  });
});

test.each([
  [{ prompt: [] }, "Expected `prompt` to be a list of at least one id, got []: begin with a start id"],
  [{ prompt: [0.5] }, "to be a list of at least one id, got [0.5]"],
  [{ length: 0 }, "Expected `length` to be an integer of at least 1, got 0."],
  [{ endId: -1 }, "Expected `endId` to be an integer of at least 0, got -1."],
  [{ endId: 99 }, "Expected `endId` below 4, the number of ids, got 99."],
  [{ fromLogits: false }, "give `fromLogits: true` for a model without a last softmax"],
  [{ lenght: 3 }, 'got "lenght"'],
])("refuses %o", async (wrong, message) => {
  const options = { ...common, length: 3, ...wrong };
  await expect(generate(language(1).model, options)).rejects.toThrow(message);
  await expect(beamSearch(language(1).model, options)).rejects.toThrow(message);
});

test("refuses a model in the place of its stream", async () => {
  const whole = { predict: () => {} };
  await expect(generate(whole as never, { ...common, length: 3 })).rejects.toThrow(
    'Expected a model that reads step by step, got an object with keys ["predict"]: give `await model.stream()`, or stepModel().',
  );
});

test("refuses a length penalty below 0, and outputs that do not divide into rows", async () => {
  await expect(beamSearch(language(1).model, { ...common, length: 3, lengthPenalty: -1 })).rejects.toThrow(
    "Expected `lengthPenalty` to be a number of at least 0, got -1.",
  );
  const broken = { rows: 2, step: () => [1, 2, 3], reorder: () => {}, reset: () => {} };
  await expect(generate(broken, { ...common, length: 3 })).rejects.toThrow("outputs [2 rows, ids] from each step");
});
