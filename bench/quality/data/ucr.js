/** Data sets of the UCR and UEA archives in their .ts format: series of any length, all dimensions side by side. */
import { readData } from "./folder.js";

/** @returns both parts as `{ series: [time][dimensions][], labels }`, and the number of classes */
export function ucr(name) {
  const parts = ["TRAIN", "TEST"].map((part) => read(`ucr/${name}_${part}.ts`));
  const names = [...new Set(parts[0].map(({ label }) => label))].sort();
  const [train, test] = parts.map((rows) => ({
    series: rows.map(({ series }) => series),
    labels: Int32Array.from(rows, ({ label }) => names.indexOf(label)),
  }));
  return { train, test, classes: names.length };
}

function read(path) {
  const lines = readData(path).toString("utf8").split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim().toLowerCase() === "@data");
  return lines
    .slice(start + 1)
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const fields = line.trim().split(":");
      const dimensions = fields.slice(0, -1).map((field) => field.split(",").map(Number));
      return { label: fields.at(-1), series: dimensions[0].map((_, t) => dimensions.map((values) => values[t])) };
    });
}
