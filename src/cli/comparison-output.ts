import type { Compared, Comparison } from "../forecast/index.ts";
import { shortNumber, textTable } from "./table.ts";

/** One JSON document; measures that are not defined are null. */
export function comparisonJson(comparison: Comparison): string {
  const plain = (_key: string, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? null : value);
  return JSON.stringify(comparison, plain, 2);
}

/** The table, best first, and what it says. */
export function comparisonText(comparison: Comparison): string {
  const { target, steps, horizon, season, window, forecasts, seeds, budget, entrants, verdict, engine } = comparison;
  const given = "updates" in budget ? `${budget.updates} updates` : `${budget.seconds} s`;
  const seasonal = season > 1 ? `season ${season}` : "no season";
  return [
    `${target}: ${steps} steps, ${seasonal}; networks see ${window} steps and forecast ${horizon}`,
    `Each network: ${given} of training, ${seeds} ${seeds === 1 ? "seed" : "seeds"}; ` +
      `held out: ${forecasts} ${forecasts === 1 ? "forecast" : "forecasts"}; engine ${engine}`,
    "",
    textTable(["", "MAE", "seeds", "MASE", "weights", "updates", "time", "memory", ""], entrants.map(row)),
    "",
    verdict,
  ].join("\n");
}

function row({ name, standing, mae, maeOfSeeds, mase, parameters, updates, seconds, memory }: Compared): string[] {
  const [low, high] = [Math.min(...maeOfSeeds), Math.max(...maeOfSeeds)];
  return [
    name,
    shortNumber(mae),
    maeOfSeeds.length > 1 ? `${shortNumber(low)}–${shortNumber(high)}` : "",
    shortNumber(mase),
    parameters === undefined ? "" : String(parameters),
    updates === undefined ? "" : String(Math.round(updates)),
    seconds === undefined ? "" : `${seconds.toFixed(2)} s`,
    memory === undefined ? "" : `${(memory / 2 ** 20).toFixed(1)} MB`,
    standing,
  ];
}
