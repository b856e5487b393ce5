import { describe, expect, test } from "vitest";
import { plain, quick, rondo, useDirectory } from "./command.ts";

const { write } = useDirectory();

async function forecastOf(content: string, target = "y") {
  const file = write("input.csv", content);
  const { code, stdout, stderr } = await rondo(["forecast", file, "--target", target, "--json", ...quick]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as {
    rows: number;
    steps: number;
    forecast: { time: string; mean: number; lower: number; upper: number }[];
    notes: string[];
  };
}

describe("rondo forecast", () => {
  test("a file from a German spreadsheet and an English one have the same forecast", async () => {
    const english = await forecastOf(plain);
    const german = plain
      .replace("date,y", "Monat;Wert")
      .replace(
        /(\d+)-(\d+),(\d+)(?:\.(\d+))?/g,
        (_, year, month, whole, cents = "0") => `${month}/${year};${whole},${cents}`,
      )
      .replaceAll("\n", "\r\n");
    const other = await forecastOf(`\ufeff${german}`, "Wert");
    expect(other.forecast).toEqual(english.forecast);
    expect(other.forecast[0]?.time).toBe("2023-01");
  });

  test("hours with offsets across daylight saving time are even, and continue in UTC", async () => {
    const start = Date.UTC(2021, 2, 26);
    const rows = Array.from({ length: 120 }, (_, n) => {
      const instant = start + n * 3_600_000;
      const summer = instant >= Date.UTC(2021, 2, 28, 1);
      const local = new Date(instant + (summer ? 2 : 1) * 3_600_000).toISOString().slice(0, 19);
      return `${local}${summer ? "+02:00" : "+01:00"},${Math.sin(n / 4)}`;
    });
    const { steps, forecast } = await forecastOf(["time,y", ...rows].join("\n"));
    expect(steps).toBe(120);
    expect(forecast[0]?.time).toBe("2021-03-31T00:00:00Z");
  });

  test("rows are those of the file, steps those of the series", async () => {
    const days = Array.from(
      { length: 60 },
      (_, n) => `${new Date(n * 86_400_000).toISOString().slice(0, 10)},${n % 7}`,
    );
    const gapAndTwin = ["time,y", ...days.slice(0, 20), ...days.slice(25), days[30]];
    const { rows, steps } = await forecastOf(gapAndTwin.join("\n"));
    expect({ rows, steps }).toEqual({ rows: 56, steps: 60 });
  });

  test.each([
    ["constant", () => 7],
    ["negative", (n: number) => -50 - n],
    ["huge", (n: number) => 1e95 * (3 + Math.sin(n))],
    ["mostly zero", (n: number) => (n % 5 === 0 ? n : 0)],
  ])("a %s series", async (_, value) => {
    const { forecast } = await forecastOf(["y", ...Array.from({ length: 60 }, (_, n) => value(n))].join("\n"));
    for (const { mean, lower, upper } of forecast) {
      expect(Number.isFinite(mean) && lower <= mean && mean <= upper).toBe(true);
    }
  });
});
