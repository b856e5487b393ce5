/** Choosing one id: properties of temperature, top-k, top-p and of what is drawn. */
import fc from "fast-check";
import { greedy, logProbabilities, sample, temperature, topK, topP } from "rondo/decode";
import { describe, expect, test } from "vitest";

const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 12 });
const share = fc.double({ min: 0.01, max: 1, noNaN: true });
const isKept = (x: number) => x > Number.NEGATIVE_INFINITY;
const probabilities = (x: ArrayLike<number>) => Array.from(logProbabilities(x), Math.exp);
const sum = (x: readonly number[]) => x.reduce((total, p) => total + p, 0);

describe("Filters", () => {
  test("log probabilities are those of a softmax, however large the logits", () => {
    fc.assert(
      fc.property(logits, fc.constantFrom(0, 1e4, -1e4), (x, shift) => {
        const powers = x.map(Math.exp);
        const found = probabilities(x.map((value) => value + shift));
        for (const [i, p] of found.entries()) expect(p).toBeCloseTo(powers[i]! / sum(powers), 8);
      }),
    );
  });

  test("top-k keeps the k largest, and their logits", () => {
    fc.assert(
      fc.property(logits, fc.integer({ min: 1, max: 15 }), (x, k) => {
        const kept = Array.from(topK(x, k));
        expect(kept.filter(isKept)).toHaveLength(Math.min(k, x.length));
        const least = Math.min(...kept.filter(isKept));
        for (const [i, value] of kept.entries()) {
          if (isKept(value)) expect(value).toBe(x[i]);
          else expect(x[i]).toBeLessThanOrEqual(least);
        }
      }),
    );
  });

  test("top-p keeps the smallest set of the most probable that is heavy enough", () => {
    fc.assert(
      fc.property(logits, share, (x, mass) => {
        const all = probabilities(x);
        const kept = [...topP(x, mass).entries()].filter(([, value]) => isKept(value)).map(([i]) => all[i]!);
        const left = [...topP(x, mass).entries()].filter(([, value]) => !isKept(value)).map(([i]) => all[i]!);
        expect(sum(kept)).toBeGreaterThanOrEqual(mass - 1e-9);
        expect(sum(kept) - Math.min(...kept)).toBeLessThan(mass + 1e-9);
        expect(Math.max(0, ...left)).toBeLessThanOrEqual(Math.min(...kept));
      }),
    );
  });

  test("temperature 1 changes nothing, a low one makes the largest certain", () => {
    expect(Array.from(temperature([1, -2, 3], 1))).toEqual([1, -2, 3]);
    expect(probabilities(temperature([1, -2, 3], 0.01))[2]).toBeCloseTo(1, 10);
  });
});

describe("Sampling", () => {
  test("never leaves the nucleus nor the k best", () => {
    fc.assert(
      fc.property(logits, share, fc.integer({ min: 1, max: 6 }), fc.nat(), (x, mass, k, seed) => {
        const allowed = topP(topK(x, k), mass);
        const choose = sample({ topK: k, topP: mass, seed });
        for (let draw = 0; draw < 20; draw++) expect(isKept(allowed[choose(x, 0)]!)).toBe(true);
      }),
    );
  });

  test.each([{}, { temperature: 2 }, { topK: 3 }, { topP: 0.7 }])("comes as often as it should: %o", (options) => {
    const x = [0.3, -1, 1.5, 0.9, -4];
    const heated = temperature(x, options.temperature ?? 1);
    const expected = probabilities(topP(topK(heated, options.topK ?? 5), options.topP ?? 1));
    const draws = 20_000;
    const choose = sample({ ...options, seed: 11 });
    const counts = x.map(() => 0);
    for (let draw = 0; draw < draws; draw++) counts[choose(x, 0)]! += 1;
    for (const [i, p] of expected.entries()) {
      // Five standard deviations.
      expect(Math.abs(counts[i]! / draws - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / draws));
    }
  });

  test("is the same for the same seed, and rows do not disturb each other", () => {
    const x = [0, 0, 0, 0, 0, 0, 0, 0];
    const draw = (choose: ReturnType<typeof sample>, rows: readonly number[]) => rows.map((row) => choose(x, row));
    const alone = draw(sample({ seed: 3 }), [0, 0, 0, 0, 0, 0]);
    const mixed = draw(sample({ seed: 3 }), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]).filter((_, i) => i % 2 === 0);
    expect(mixed).toEqual(alone);
    expect(draw(sample({ seed: 4 }), [0, 0, 0, 0, 0, 0])).not.toEqual(alone);
    expect(draw(sample({ seed: 3 }), [1, 1, 1, 1, 1, 1])).not.toEqual(alone);
  });

  test("with top-k 1 and with a tiny top-p it is greedy", () => {
    fc.assert(
      fc.property(logits, (x) => {
        const best = greedy()(x, 0);
        expect(x[best]).toBe(Math.max(...x));
        expect([sample({ topK: 1 })(x, 0), sample({ topP: 1e-9 })(x, 0)]).toEqual([best, best]);
      }),
    );
  });
});

test.each([
  [() => sample({ temperature: 0 }), "Expected `temperature` to be a number above 0, got 0."],
  [() => sample({ topK: 0 }), "Expected `topK` to be an integer of at least 1, got 0."],
  [() => sample({ topP: 1.5 }), "Expected `topP` to be a number above 0 and at most 1, got 1.5."],
  [() => sample({ seed: -1 }), "Expected `seed` to be an integer of at least 0, got -1."],
  [() => sample({ k: 3 } as never), 'among temperature, topK, topP, seed, got "k"'],
  [() => greedy()([1, Number.NaN], 0), "got NaN at place 1: NaN means that the model has diverged."],
  [() => greedy()([], 0), "got no numbers"],
  [() => sample()([Number.NEGATIVE_INFINITY], 0), "got −∞ everywhere"],
])("refuses what makes no sense: %#", (act, message) => {
  expect(act).toThrow(message);
});
