// Builds, then forecasts two real series: what Rondo does, in about a minute.
import { node, tool } from "./run.js";

const series = [
  {
    title: "Airline passengers, 144 months (Box & Jenkins)",
    file: "examples/data/airline-passengers.csv",
    target: "Passengers",
    out: "rondo-forecast/airline",
  },
  {
    title: "Daily maximum temperature of Seattle, 1,461 days (vega-datasets)",
    file: tool("vega-datasets/data/seattle-weather.csv"),
    target: "temp_max",
    out: "rondo-forecast/seattle",
  },
];

node("scripts/build.js");
for (const { title, file, target, out } of series) {
  console.log(`\n${title}\n`);
  node("dist/cli/main.js", "forecast", file, "--target", target, "--out", out);
}
console.log(`\nOpen ${series.map(({ out }) => `${out}/report.html`).join(" and ")} in a browser.`);
console.log("Your own file: npx rondo forecast FILE.csv --target COLUMN");
