/** From a table with holes to predictions: time stamps become gaps, blanks stay blanks, and GRU-D takes them as they are. */
import {
  adam,
  dense,
  fromBytes,
  gruD,
  input,
  missingValues,
  missingValuesFrom,
  model,
  type Ragged,
  ragged,
  timeGaps,
  typicalGap,
} from "rondo";
import { beforeAll, describe, expect, test } from "vitest";

/** Two quantities that turn together, read by stations at odd times; half of the readings are missing. */
function tableWithHoles(stations: number, seed: number): { readonly csv: string; readonly next: readonly number[] } {
  let state = seed;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const lines = ["station,hour,temperature,pressure"];
  const next: number[] = [];
  for (let station = 0; station < stations; station++) {
    const phase = 2 * Math.PI * random();
    const steps = 12 + Math.floor(random() * 8);
    let hour = 24 * random();
    for (let step = 0; step < steps; step++) {
      hour += 0.4 + 1.6 * random();
      const angle = (2 * Math.PI * hour) / 12 + phase;
      const cell = (value: number) => (random() < 0.5 ? "" : value.toFixed(3));
      lines.push([station, hour.toFixed(2), cell(15 + 5 * Math.sin(angle)), cell(1000 + 20 * Math.cos(angle))].join());
    }
    next.push(Math.sin((2 * Math.PI * (hour + 1)) / 12 + phase));
  }
  return { csv: lines.join("\n"), next };
}

/** Rows of the table by station: hours, and values with NaN for what is blank. */
function read(csv: string) {
  const cells = csv
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const stations = [...new Set(cells.map(([station]) => station))];
  const numberIn = (cell: string) => (cell === "" ? Number.NaN : Number(cell));
  const rows = stations.map((station) => cells.filter(([own]) => own === station));
  return {
    hours: rows.map((row) => row.map(([, hour]) => Number(hour))),
    // In units in which they spread about as much as 1.
    values: ragged(rows.map((row) => row.map(([, , a, b]) => [numberIn(a!) / 5, numberIn(b!) / 20]))),
  };
}

describe("GRU-D from a table with holes", () => {
  const [train, held] = [tableWithHoles(240, 1), tableWithHoles(60, 2)];
  const known = read(train.csv);
  const unit = typicalGap(known.hours);
  const treatment = missingValues(known.values, { missing: "gruD" });
  /** What the model takes: centred values, NaN where missing, and gaps. */
  const dataOf = ({ hours, values }: ReturnType<typeof read>, by = treatment) => {
    const { x, gaps } = by.transform(values, { gaps: timeGaps(hours, { unit }) });
    return { readings: x, gaps };
  };
  const targetOf = (next: readonly number[]) => ({ data: Float32Array.from(next), shape: [next.length, 1] });
  const unseen = dataOf(read(held.csv));

  const readings = input({ shape: [null, 2], name: "readings" });
  const gaps = input({ shape: [null, 1], name: "gaps" });
  const net = model({ inputs: { readings, gaps }, outputs: dense(1).apply(gruD(16).apply([readings, gaps])) });
  beforeAll(async () => {
    net.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: 0.02 }), engine: "wasm", seed: 1 });
    await net.fit(dataOf(known), targetOf(train.next), { epochs: 20, batchSize: 32 });
  }, 60_000);

  test("foretells held-out stations much better than their mean does", async () => {
    expect(Array.from(unseen.readings.data).filter(Number.isNaN).length).toBeGreaterThan(600);
    const { data } = await net.predict(unseen);
    expect(Array.from(data).every(Number.isFinite)).toBe(true);
    const error = held.next.reduce((sum, value, i) => sum + (value - data[i]!) ** 2, 0) / held.next.length;
    const variance = held.next.reduce((sum, value) => sum + value ** 2, 0) / held.next.length;
    expect(error).toBeLessThan(0.2 * variance);
  });

  test("and does so from the file, with the treatment that was learnt", async () => {
    const again = fromBytes(await net.toBytes(), { engine: "wasm" });
    const saved = JSON.parse(JSON.stringify(treatment.config)) as typeof treatment.config;
    const same = dataOf(read(held.csv), missingValuesFrom(saved));
    expect((await again.predict(same)).data).toEqual((await net.predict(unseen)).data);
  });

  test("step by step as readings come in, blanks among them", async () => {
    const stream = await net.stream();
    const [whole, first] = [await net.predict(unseen), unseen.readings as Ragged];
    const steps = first.lengths[0]!;
    let last = 0;
    for (let step = 0; step < steps; step++) {
      last = stream.step(first.data.subarray(2 * step, 2 * step + 2), [unseen.gaps.data[step]!])[0]!;
    }
    expect(last).toBeCloseTo(whole.data[0]!, 5);
  });
});
