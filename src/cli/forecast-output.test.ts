import { describe, expect, test } from "vitest";
import { forecast } from "../forecast/index.ts";
import { csvOf, jsonOf, summaryOf } from "./forecast-output.ts";

const numbers = Array.from({ length: 60 }, (_, n) => 10 + 5 * Math.sin(n / 2));
const result = await forecast(numbers, { epochs: 1, units: 2, window: 4, horizon: 3 });

describe("the outputs of a forecast", () => {
  test("CSV has a header and one row per step", () => {
    const lines = csvOf(result).trimEnd().split("\n");
    expect(lines[0]).toBe("time,mean,lower,upper");
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^61,-?[\d.e+-]+,-?[\d.e+-]+,-?[\d.e+-]+$/);
  });

  test("JSON has what was promised, and null for what is not defined", () => {
    const undefinedScale = { ...result.metrics.model, mase: Number.NaN };
    const json = jsonOf({ ...result, metrics: { ...result.metrics, model: undefinedScale } }, ["a"]);
    const document = JSON.parse(json);
    expect(document).toMatchObject({ target: "value", rows: 60, horizon: 3, engine: result.engine, files: ["a"] });
    expect(document.metrics.model.mase).toBeNull();
    expect(Object.keys(document.metrics.naive)).toEqual(["mae", "rmse", "smape", "mase"]);
    expect(Object.keys(document.forecast[0])).toEqual(["time", "mean", "lower", "upper"]);
    expect(document.history).toBeUndefined();
  });

  test("the summary has the table, the verdict and the files", () => {
    const summary = summaryOf(result, ["x/forecast.csv", "x/report.html"]);
    expect(summary).toMatch(/^seasonal naive {2}/m);
    expect(summary).toContain(result.verdict.sentence);
    expect(summary).toMatch(/Wrote x\/forecast\.csv and x\/report\.html$/);
  });
});
