import { describe, expect, test } from "vitest";
import { OptionError, StateError } from "../../errors.ts";
import { requireConfig } from "../config.ts";
import { LearningRate } from "../learning-rate.ts";
import { resolveSchedule, type ScheduleLike, schedules } from "./index.ts";

const rates = (schedule: ScheduleLike, ...steps: number[]) => steps.map((step) => resolveSchedule(schedule).at(step));
const close = (found: number[], expected: number[]) => {
  expect(found.length).toBe(expected.length);
  for (const [i, rate] of expected.entries()) expect(found[i]).toBeCloseTo(rate, 14);
};

const configs = {
  constant: { learningRate: 0.1 },
  cosineDecay: { initialLearningRate: 0, decaySteps: 10, alpha: 0.1, warmupTarget: 1, warmupSteps: 4 },
  exponentialDecay: { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5, staircase: true },
  inverseTimeDecay: { initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5, staircase: false },
  piecewiseConstant: { boundaries: [10, 20], values: [1, 0.1, 0.01] },
  polynomialDecay: { initialLearningRate: 1, decaySteps: 10, endLearningRate: 0.2, power: 2, cycle: true },
};

test("each schedule has the rates of its formula", () => {
  close(rates({ name: "constant", ...configs.constant }, 0, 1e6), [0.1, 0.1]);
  close(rates({ name: "exponentialDecay", ...configs.exponentialDecay }, 0, 9, 10, 25), [0.1, 0.1, 0.05, 0.025]);
  const smooth = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 });
  close(rates(smooth, 5, 15), [0.1 * Math.SQRT1_2, 0.05 * Math.SQRT1_2]);
  close(rates({ name: "inverseTimeDecay", ...configs.inverseTimeDecay }, 0, 5, 20), [0.1, 0.1 / 1.25, 0.05]);
  close(rates({ name: "piecewiseConstant", ...configs.piecewiseConstant }, 0, 10, 11, 20, 21), [1, 1, 0.1, 0.1, 0.01]);
  // A second cycle has twice the steps: step 15 is three quarters through it.
  close(rates({ name: "polynomialDecay", ...configs.polynomialDecay }, 0, 5, 10, 15, 20), [
    1,
    0.4,
    0.2,
    0.8 / 16 + 0.2,
    0.2,
  ]);
  const line = schedules.polynomialDecay({ initialLearningRate: 1, decaySteps: 10, endLearningRate: 0 });
  close(rates(line, 0, 3, 10, 99), [1, 0.7, 0, 0]);
  close(rates({ name: "cosineDecay", ...configs.cosineDecay }, 0, 2, 4, 9, 14, 99), [0, 0.5, 1, 0.55, 0.1, 0.1]);
  close(rates(schedules.cosineDecay({ initialLearningRate: 2, decaySteps: 4 }), 0, 2, 4, 5), [2, 1, 0, 0]);
});

test.each(Object.entries(configs))("%s comes back from its config and rejects unknown options", (name, options) => {
  const config = requireConfig(resolveSchedule({ name, ...options }), "schedule");
  expect(config).toEqual({ name, ...options });
  expect(resolveSchedule(JSON.parse(JSON.stringify(config))).config).toEqual(config);
  expect(() => resolveSchedule({ name, ...options, misspelt: 1 })).toThrow(OptionError);
});

test("options are checked", () => {
  expect(Object.keys(configs)).toEqual(Object.keys(schedules));
  expect(() => resolveSchedule(-1)).toThrow(OptionError);
  expect(() => resolveSchedule("fast" as unknown as ScheduleLike)).toThrow(OptionError);
  expect(() => resolveSchedule(null as unknown as ScheduleLike)).toThrow(OptionError);
  const options = { initialLearningRate: 1, decaySteps: 10 };
  expect(() => schedules.cosineDecay({ ...options, warmupSteps: 3 })).toThrow(/together/);
  expect(() => schedules.cosineDecay({ ...options, warmupTarget: 3 })).toThrow(/together/);
  expect(() => schedules.polynomialDecay({ ...options, decaySteps: 0 })).toThrow(OptionError);
  expect(() => schedules.piecewiseConstant({ boundaries: [2, 1], values: [1, 2, 3] })).toThrow(/rising/);
  expect(() => schedules.piecewiseConstant({ boundaries: [1], values: [1] })).toThrow(/2 rates/);
});

describe("LearningRate", () => {
  test("may be set beside a constant rate", () => {
    const rate = new LearningRate(resolveSchedule(0.1));
    expect(rate.at(5)).toBe(0.1);
    rate.set(0.01);
    expect(rate.at(6)).toBe(0.01);
    expect(new LearningRate(resolveSchedule(0.1), rate.fixed).at(0)).toBe(0.01);
    expect(() => rate.set(Number.NaN)).toThrow(OptionError);
  });

  test("may not be set beside a schedule", () => {
    const linear = (step: number) => 1 / (1 + step);
    const rate = new LearningRate(resolveSchedule(linear));
    expect(rate.at(1)).toBe(0.5);
    expect(() => rate.set(0.1)).toThrow(StateError);
  });
});
