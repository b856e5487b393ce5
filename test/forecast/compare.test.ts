import { dense, FormatError, gru, OptionError, sequential } from "rondo";
import {
  type ArchitectureName,
  architectureNames,
  type CompareEvent,
  type CompareTask,
  compare,
  type NetworkBuilder,
} from "rondo/forecast";
import { describe, expect, test } from "vitest";

/** A season of six steps that grows, with a little irregularity. */
const values = Array.from({ length: 120 }, (_, n) => 50 + n / 4 + 10 * Math.sin((2 * Math.PI * n) / 6) + ((n * 7) % 5));
const small = { updates: 3, seeds: 2, parameters: 300, horizon: 2, season: 6, window: 8 } as const;

describe("compare()", () => {
  test("gives every network the same budget, and all entrants a standing", async () => {
    const events: CompareEvent[] = [];
    const result = await compare(values, { ...small, onEvent: (event) => events.push(event) });
    const networks = result.entrants.filter(({ kind }) => kind === "network");
    expect(new Set(networks.map(({ name }) => name))).toEqual(new Set(architectureNames));
    const baselines = result.entrants.filter(({ kind }) => kind === "baseline").map(({ name }) => name);
    expect(new Set(baselines)).toEqual(new Set(["naive", "seasonalNaive", "simpleForecast"]));
    for (const { updates, parameters, memory, seconds, maeOfSeeds } of networks) {
      expect(updates).toBe(3);
      expect(parameters).toBeGreaterThan(150);
      expect(memory).toBeGreaterThan(4 * parameters!);
      expect(seconds).toBeGreaterThan(0);
      expect(maeOfSeeds).toHaveLength(2);
    }
    expect(result.entrants.map(({ mae }) => mae)).toEqual(result.entrants.map(({ mae }) => mae).sort((a, b) => a - b));
    expect(result.entrants.filter(({ standing }) => standing === "best")).toHaveLength(1);
    expect(result.entrants[0]!.standing).toBe("best");
    expect(result.verdict).toContain(result.entrants[0]!.name);
    const runs = events.flatMap((event) => (event.type === "run" ? [event.run] : []));
    expect(runs).toEqual(Array.from({ length: 2 * architectureNames.length }, (_, i) => i + 1));
  });

  test("gives the same numbers for the same seeds, and takes only some networks", async () => {
    const options = { ...small, only: ["gru", "conv1d"] as ArchitectureName[] };
    const [first, again] = [await compare(values, options), await compare(values, options)];
    const errors = ({ entrants }: typeof first) => entrants.map(({ name, maeOfSeeds }) => [name, maeOfSeeds]);
    expect(errors(again)).toEqual(errors(first));
    expect(first.entrants.filter(({ kind }) => kind === "network")).toHaveLength(2);
  });

  test("stops training when seconds are over", async () => {
    const { updates: _, ...rest } = small;
    const { entrants } = await compare(values, { ...rest, seconds: 0.001, seeds: 1, only: ["gru"] });
    const gru = entrants.find(({ name }) => name === "gru")!;
    expect(gru.updates).toBe(1);
  });

  test("learns: networks that are trained for long beat the simple forecast where it can be beaten", async () => {
    const noisy = values.map((value, n) => value + 6 * Math.sin(n * n));
    const { entrants } = await compare(noisy, { ...small, updates: 120, seeds: 1, only: ["gru"] });
    const errorOf = (wanted: string) => entrants.find(({ name }) => name === wanted)!.mae;
    expect(errorOf("gru")).toBeLessThan(errorOf("naive"));
  });

  test("trains networks of one's own beside the others, or alone", async () => {
    const stacked: NetworkBuilder = ({ window, features, horizon }) =>
      sequential([
        gru(4, { returnSequences: true, inputShape: [window, features] }),
        gru(3),
        dense(horizon, { kernelInitializer: "zeros" }),
      ]);
    const both = await compare(values, { ...small, only: ["gru"], networks: { stacked } });
    const named = (entrants: typeof both.entrants) =>
      entrants.filter(({ kind }) => kind === "network").map(({ name }) => name);
    expect(named(both.entrants).sort()).toEqual(["gru", "stacked"]);
    const alone = await compare(values, { ...small, only: [], networks: { stacked } });
    expect(named(alone.entrants)).toEqual(["stacked"]);
    const own = ({ entrants }: typeof both) => entrants.find(({ name }) => name === "stacked")!;
    expect(own(alone).maeOfSeeds).toEqual(own(both).maeOfSeeds);
    expect(own(alone).maeOfSeeds[0]).not.toBe(own(alone).maeOfSeeds[1]);
  });

  test("refuses networks of one's own that do not fit", async () => {
    const refused = (networks: unknown) => expect(compare(values, { ...small, networks: networks as never })).rejects;
    const ending = (units: number, window?: number) => (task: CompareTask) =>
      sequential([gru(2, { inputShape: [window ?? task.window, task.features] }), dense(units)]);
    await refused({ mine: ending(3) }).toThrow("networks.mine to make [1, 2]");
    await refused({ mine: ending(2, 5) }).toThrow("the model was built for 5 steps");
    await refused({ mine: () => dense(2) }).toThrow("networks.mine to return a model");
    await refused({ mine: gru(2) }).toThrow("functions by name");
    await refused({ lstm: ending(2) }).toThrow("names in `networks`");
    await expect(compare(values, { ...small, only: [] })).rejects.toThrow("`only`");
  });

  test("refuses what makes no sense", async () => {
    await expect(compare(values, { updates: 3, seconds: 3 })).rejects.toThrow("leave one out");
    await expect(compare(values, { only: ["gpt"] as never })).rejects.toThrow(OptionError);
    await expect(compare(values, { seeds: 0 })).rejects.toThrow("seeds");
    await expect(compare(values, { seed: 1 } as object)).rejects.toThrow(OptionError);
    await expect(compare([1, 2, 3])).rejects.toThrow(FormatError);
    const stopped = AbortSignal.abort(new Error("enough"));
    await expect(compare(values, { ...small, signal: stopped })).rejects.toThrow("enough");
  });
});
