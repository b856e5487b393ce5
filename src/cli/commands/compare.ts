import { type Command, InvalidArgumentError } from "commander";
import { type ArchitectureName, architectureNames, type CompareEvent, compare } from "../../forecast/index.ts";
import { wholeNumber } from "../arguments.ts";
import { comparisonJson, comparisonText } from "../comparison-output.ts";
import { interruptible } from "../interrupt.ts";
import { readSeries } from "../read-series.ts";

interface Flags {
  target: string;
  time?: string;
  only?: ArchitectureName[];
  updates?: number;
  seconds?: number;
  parameters: number;
  seeds: number;
  horizon?: number;
  season?: number;
  window?: number;
  json?: true;
  quiet?: true;
}

const HELP = `
Networks: ${architectureNames.join(", ")}; and beside them naive forecasts and the simple forecast
that all networks correct.
MAE is the median over the seeds, MASE its ratio to the error of the (seasonal) naive forecast before the held-out part;
what is worse than the best by less than two standard errors, over seeds and held-out forecasts, is a draw.
The result goes to stdout, progress and notes about the data to stderr. Exit codes are those of forecast.

Example: rondo compare sales.csv --target units --seconds 5`;

/** `rondo compare`: several networks on the same data with the same budget. */
export function registerCompare(program: Command): void {
  program
    .command("compare")
    .description("Train several kinds of networks on a column of a CSV file with the same budget, and compare them.")
    .argument("<file>", "CSV file: commas, semicolons, tabs or bars between cells")
    .requiredOption("--target <column>", "column to forecast (its number, if the file has no header row)")
    .option("--time <column>", "column of times (default: found by its content)")
    .option("--only <names>", "networks to compare, with commas between them (default: all)", names)
    .option("--updates <n>", "updates of each training (default: 300)", wholeNumber(1))
    .option("--seconds <n>", "seconds of each training, in the place of updates", wholeNumber(1))
    .option("--parameters <n>", "weights that each network is to have, about", wholeNumber(1), 5000)
    .option("--seeds <n>", "trainings of each network", wholeNumber(1), 3)
    .option("--horizon <n>", "steps to forecast (default: by the step of the series)", wholeNumber(1))
    .option("--season <n>", "steps per season, 1 for none (default: found in the data)", wholeNumber(1))
    .option("--window <n>", "steps of history that networks see (default: by season and length)", wholeNumber(2))
    .option("--json", "print one JSON document instead of a table")
    .option("--quiet", "print no progress and no notes")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(file: string, { target, time, json, quiet, ...options }: Flags): Promise<void> {
  await interruptible(async (signal) => {
    const series = readSeries(file, target, time);
    const { isTTY } = process.stderr;
    const onEvent = (event: CompareEvent) => {
      if (quiet) return;
      if (event.type === "plan") for (const note of event.notes) console.error(`note: ${note}`);
      else
        process.stderr.write(
          `${isTTY ? "\r\u001b[K" : ""}training ${event.run}/${event.runs}  ${event.name}${isTTY ? "" : "\n"}`,
        );
    };
    try {
      const comparison = await compare(series, { ...options, signal, onEvent });
      if (isTTY && !quiet) process.stderr.write("\r\u001b[K");
      console.log(json ? comparisonJson(comparison) : comparisonText(comparison));
    } catch (error) {
      if (isTTY && !quiet) process.stderr.write("\r\u001b[K");
      throw error;
    }
  });
}

function names(text: string): ArchitectureName[] {
  const list = text.split(",").map((name) => name.trim());
  const unknown = list.find((name) => !(architectureNames as readonly string[]).includes(name));
  if (unknown === undefined) return list as ArchitectureName[];
  throw new InvalidArgumentError(`Expected some of ${architectureNames.join(", ")}, got ${JSON.stringify(unknown)}.`);
}
