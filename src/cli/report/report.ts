import type { ForecastResult, Scores } from "../../forecast/index.ts";
import { lengthOf } from "../forecast-output.ts";
import { shortNumber } from "../table.ts";
import { CHART_SCRIPT } from "./chart-script.ts";
import { chartsOf } from "./charts.ts";
import { escapeHtml, scriptJson } from "./escape.ts";
import { STYLE } from "./style.ts";
import { loadUplot } from "./uplot.ts";

/** Forbids the page every connection: what it needs is inside it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** The report of a forecast as one HTML page that needs nothing else, on disk or online. */
export function reportPage(result: ForecastResult, source: string): string {
  const uplot = loadUplot();
  const charts = chartsOf(result);
  const title = `Forecast of ${result.target}`;
  const figures = charts.map(
    ({ id, title, description }) => `<section>
<h2>${escapeHtml(title)}</h2>
<div class="chart" id="${id}" role="img" aria-label="${escapeHtml(description)}"></div>
</section>`,
  );
  const [history, backtest, forecast, loss] = figures;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(title)}</title>
<style>${uplot.style}${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(describe(result, source))}</p>
</header>
<main>
<p class="verdict${result.verdict.beatsNaive ? "" : " behind"}">${escapeHtml(result.verdict.sentence)}</p>
<noscript><p>The charts need JavaScript; everything else on this page does not.</p></noscript>
${forecast}
<details><summary>The forecast as a table</summary><div class="scroll">${forecastTable(result)}</div></details>
${backtest}
<div class="scroll">${scoreTable(result)}</div>
<p class="soft">${escapeHtml(explainScores(result))}</p>
${history}
${loss}
<h2>How this was made</h2>
<ul>${listItems(result.method)}</ul>
${result.notes.length > 0 ? `<h2>What was done to the data</h2>\n<ul>${listItems(result.notes)}</ul>` : ""}
</main>
<script type="application/json" id="charts">${scriptJson(charts)}</script>
<script>${uplot.script}</script>
<script>${CHART_SCRIPT}</script>
</body>
</html>
`;
}

function describe(result: ForecastResult, source: string): string {
  const { history, season, seconds, engine } = result;
  const span = `${history[0]?.time} to ${history.at(-1)?.time}`;
  const seasonal = season > 1 ? `, season of ${season} steps` : "";
  const made = `trained in ${seconds.toFixed(1)} s on the ${engine} engine`;
  return `${source}: ${lengthOf(result)}, ${span}${seasonal}; ${made}.`;
}

function explainScores({ season, held, coverage }: ForecastResult): string {
  const seasonal = season > 1 ? `seasonal naive forecast (${season} steps)` : "naive forecast";
  return (
    `MAE and RMSE are in the unit of the data, sMAPE in per cent (0 to 200). MASE is the MAE divided by that of the ${seasonal} ` +
    `inside the training data (Hyndman & Koehler 2006). ${held.inside} of ${held.of} held-out values lay inside the ` +
    `back-test's ${Math.round(coverage * 100)} % intervals.`
  );
}

function scoreTable({ metrics }: ForecastResult): string {
  const row = (name: string, { mae, rmse, smape, mase }: Scores, mark: string) =>
    `<tr${mark}><td>${name}</td>${[mae, rmse, smape, mase].map((value) => `<td>${shortNumber(value)}</td>`).join("")}</tr>`;
  return `<table><thead><tr><th>held-out forecast</th><th>MAE</th><th>RMSE</th><th>sMAPE</th><th>MASE</th></tr></thead><tbody>
${row("model", metrics.model, ' class="model"')}
${row("naive", metrics.naive, "")}
${row("seasonal naive", metrics.seasonalNaive, "")}
</tbody></table>`;
}

function forecastTable({ forecast, coverage }: ForecastResult): string {
  const rows = forecast.map(({ time, mean, lower, upper }) => {
    const numbers = [mean, lower, upper].map((value) => `<td>${shortNumber(value)}</td>`).join("");
    return `<tr><td>${escapeHtml(time)}</td>${numbers}</tr>`;
  });
  const percent = Math.round(coverage * 100);
  return `<table><thead><tr><th>time</th><th>mean</th><th>lower ${percent} %</th><th>upper ${percent} %</th></tr></thead><tbody>
${rows.join("\n")}
</tbody></table>`;
}

function listItems(sentences: readonly string[]): string {
  return sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("");
}
