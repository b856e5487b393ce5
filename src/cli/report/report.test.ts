import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import type { ForecastResult } from "../../forecast/index.ts";
import { CHART_SCRIPT } from "./chart-script.ts";
import { type Chart, chartsOf } from "./charts.ts";
import { escapeHtml, scriptJson } from "./escape.ts";
import { reportPage } from "./report.ts";

const hostile = `</script><script>alert("1")</script><img src=x onerror='alert(2)'> & \u2028 <!--`;
const scores = { mae: 1, rmse: 2, smape: 3, mase: Number.NaN };
const point = (time: string) => ({ time, mean: 5, lower: 4, upper: 6 });

const result: ForecastResult = {
  ...{
    target: hostile,
    rows: 3,
    steps: 3,
    horizon: 2,
    season: 1,
    step: "month",
    coverage: 0.9,
    engine: "wasm",
    seconds: 1,
  },
  settings: { cell: "lstm", units: 32, layers: 1, window: 2, epochs: 3, seed: 1, networks: 1 },
  method: [`starts from ${hostile}`],
  metrics: { model: scores, naive: scores, seasonalNaive: scores },
  verdict: { beatsNaive: true, sentence: "It does." },
  held: { inside: 1, of: 1 },
  backtest: [{ ...point("2020-03"), origin: 0, actual: 5, naive: 4, seasonalNaive: 4 }],
  forecast: [point("2020-04"), point(hostile)],
  history: [
    { time: "2020-01", value: 1 },
    { time: "2020-02", value: Number.NaN },
    { time: "2020-03", value: 5 },
  ],
  curve: [
    { stage: "backtest", network: 1, epoch: 1, loss: 0.4, validationLoss: 0.5 },
    { stage: "backtest", network: 2, epoch: 1, loss: 0.2, validationLoss: 0.1 },
    { stage: "forecast", network: 3, epoch: 1, loss: 9 },
  ],
  members: [
    { network: 2, startsFrom: "the last value", share: 0.8 },
    { network: 1, startsFrom: "the last season", share: 0.2 },
  ],
  notes: [`odd cell ${hostile}`],
};

/** Runs the page's script with a stand-in for the browser and gives what it hands to uPlot. */
function drawn(charts: Chart[]): { options: { series: { label: string }[]; bands: unknown[] }; data: unknown[][] }[] {
  const plots: { options: never; data: unknown[][] }[] = [];
  const place = { clientWidth: 800, replaceChildren: () => {} };
  const page = {
    document: {
      documentElement: {},
      getElementById: (id: string) => (id === "charts" ? { textContent: scriptJson(charts) } : place),
    },
    getComputedStyle: () => ({ getPropertyValue: () => " #000000 " }),
    matchMedia: () => ({ addEventListener: () => {} }),
    addEventListener: () => {},
    uPlot: class {
      constructor(options: never, data: unknown[][]) {
        plots.push({ options, data });
      }
    },
  };
  runInContext(CHART_SCRIPT, createContext(page));
  return plots;
}

describe("the report", () => {
  const page = reportPage(result, hostile);
  const withoutScripts = page.replace(/<script.*?<\/script>/gs, "");

  test("has no way out: no address to load from, and a policy that forbids it", () => {
    const tags = withoutScripts.match(/<[^>]+>/g) ?? [];
    expect(tags.filter((tag) => /\s(?:src|href|srcset|action|data)="/i.test(tag))).toEqual([]);
    for (const way of [
      /https?:\/\//i,
      /@import/,
      /url\(/,
      /\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|\bimport\(/,
    ]) {
      expect(way.test(page), String(way)).toBe(false);
    }
    expect(withoutScripts).toContain("default-src 'none'");
  });

  test("holds scripts of its own only, whatever the names in the data say", () => {
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page.match(/<\/script/g)).toHaveLength(3);
    expect(withoutScripts).not.toContain("<img");
    expect(withoutScripts).toContain("odd cell &lt;/script&gt;");
  });

  test("says verdict and scores without any script, with dashes for what is not defined", () => {
    expect(withoutScripts).toContain("It does.");
    expect(withoutScripts).toContain("<td>1.000</td><td>2.000</td><td>3.000</td><td>–</td>");
  });

  test("draws four charts whose lines are as long as their axis", () => {
    const charts = chartsOf(result);
    expect(charts.map(({ id }) => id)).toEqual(["history", "backtest", "forecast", "loss"]);
    const plots = drawn(charts);
    expect(plots).toHaveLength(4);
    for (const { options, data } of plots) {
      expect(options.series).toHaveLength(data.length);
      for (const line of data) expect(line).toHaveLength(data[0]?.length as number);
    }
    expect(plots[2]?.options.bands).toHaveLength(1);
    expect(plots[0]?.data[1]).toEqual([1, null, 5]);
  });

  test("shows the losses of the network with the largest share", () => {
    const loss = chartsOf(result)[3];
    expect(loss?.lines.map(({ values }) => values)).toEqual([[0.2], [0.1]]);
  });

  test("thins long histories but keeps their peaks", () => {
    const history = Array.from({ length: 50_000 }, (_, n) => ({ time: String(n), value: n === 31_234 ? 99 : n % 7 }));
    const [chart] = chartsOf({ ...result, history });
    expect(chart?.places.length).toBeLessThanOrEqual(4000);
    expect(chart?.lines[0]?.values).toContain(99);
    expect(chart?.title).toMatch(/thinned to \d+ of 50000 points/);
  });
});

test("escapes leave no markup, and JSON that reads back the same", () => {
  expect(escapeHtml(hostile)).not.toMatch(/[<>"']/);
  expect(scriptJson(hostile)).not.toMatch(/[<>\u2028]/);
  expect(JSON.parse(scriptJson({ a: hostile }))).toEqual({ a: hostile });
});
