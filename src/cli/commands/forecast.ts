import { basename, resolve } from "node:path";
import { type Command, Option } from "commander";
import { explain, OptionError } from "../../errors.ts";
import { type CellName, cellNames, type ForecastEvent, type ForecastResult, forecast } from "../../forecast/index.ts";
import { wholeNumber } from "../arguments.ts";
import { csvOf, jsonOf, summaryOf } from "../forecast-output.ts";
import { interruptible } from "../interrupt.ts";
import { Progress } from "../progress.ts";
import { readSeries } from "../read-series.ts";
import { reportPage } from "../report/report.ts";
import { requireWritable, writeFiles } from "../write-files.ts";

interface Flags {
  target: string;
  time?: string;
  horizon?: number;
  season?: number;
  cell: CellName;
  units: number;
  layers: number;
  window?: number;
  epochs?: number;
  seed: number;
  out: string;
  json?: true;
  quiet?: true;
}

const HELP = `
Files: <out>/forecast.csv (time, mean, lower, upper) and <out>/report.html, both or none; existing ones are replaced.
The result goes to stdout, progress and notes about the data to stderr.
Rows are sorted by time, rows of equal times become their mean, steps without a value count as missing.
Exit codes: 0 done, 1 failed (one sentence on stderr), 2 wrong usage, 130 stopped by Ctrl-C.

Example: rondo forecast sales.csv --target units --horizon 14`;

/** `rondo forecast`: from a CSV file to a forecast, judged by a back-test. */
export function registerForecast(program: Command): void {
  program
    .command("forecast")
    .description("Forecast a column of a CSV file with a recurrent network, and say whether it beats naive forecasts.")
    .argument("<file>", "CSV file: commas, semicolons, tabs or bars between cells")
    .requiredOption("--target <column>", "column to forecast (its number, if the file has no header row)")
    .option("--time <column>", "column of times (default: found by its content)")
    .option("--horizon <n>", "steps to forecast (default: by the step of the series)", wholeNumber(1))
    .option("--season <n>", "steps per season, 1 for none (default: found in the data)", wholeNumber(1))
    .addOption(new Option("--cell <name>", "recurrent cell").choices(cellNames).default("lstm"))
    .option("--units <n>", "units per recurrent layer", wholeNumber(1), 32)
    .option("--layers <n>", "recurrent layers", wholeNumber(1), 1)
    .option("--window <n>", "steps of history that the network sees (default: by season and length)", wholeNumber(2))
    .option("--epochs <n>", "most epochs per network (default: by the amount of data)", wholeNumber(1))
    .option("--seed <n>", "seed of everything random", wholeNumber(0), 1)
    .option("--out <dir>", "directory for the results", "rondo-forecast")
    .option("--json", "print one JSON document instead of tables")
    .option("--quiet", "print no progress and no notes")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(file: string, flags: Flags): Promise<void> {
  const { out, json } = flags;
  requireOtherFile(file, out);
  await interruptible(async (signal) => {
    const result = await forecastFile(file, flags, signal);
    signal.throwIfAborted();
    const files = writeFiles(out, { "forecast.csv": csvOf(result), "report.html": reportPage(result, basename(file)) });
    console.log(json ? jsonOf(result, files) : summaryOf(result, files));
  });
}

async function forecastFile(
  file: string,
  { target, time, out, json: _, quiet, ...settings }: Flags,
  signal: AbortSignal,
): Promise<ForecastResult> {
  const series = readSeries(file, target, time);
  requireWritable(out);
  const progress = new Progress(process.stderr);
  const onEvent = (event: ForecastEvent) => {
    if (quiet) return;
    if (event.type === "plan") for (const note of event.notes) console.error(`note: ${note}`);
    progress.update(event);
  };
  try {
    return await forecast(series, { ...settings, signal, onEvent });
  } finally {
    if (!quiet) progress.clear();
  }
}

/** The input must not be one of the files that will be replaced. */
function requireOtherFile(file: string, out: string): void {
  for (const name of ["forecast.csv", "report.html"]) {
    if (resolve(file) !== resolve(out, name)) continue;
    const expected = "an input file that is not one of the results";
    throw new OptionError(explain({ expected, got: file, remedy: "choose another directory with --out" }));
  }
}
