import { expect, test } from "vitest";
import { forecastVisitors } from "./forecast.ts";

test("the museum's next week is forecast better than by last week", async () => {
  const lines: string[] = [];
  const { metrics, forecast } = await forecastVisitors((line) => lines.push(line));
  expect(metrics.model.mae, lines.join("\n")).toBeLessThan(metrics.seasonalNaive.mae);
  // Day 121 is a Tuesday: it follows 17 whole weeks and a Monday.
  const busiest = forecast.reduce((most, day) => (day.mean > most.mean ? day : most));
  expect(["125", "126"]).toContain(busiest.time);
  expect(lines.at(-1)).toMatch(/^day 127: \d+ \(\d+ to \d+\)$/);
});
