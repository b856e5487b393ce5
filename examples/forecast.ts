/**
 * A forecast from code: numbers in, a judged forecast out. Works in the browser too.
 *
 *     npm run build && node examples/forecast.ts     Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/forecast.test.ts       any Node
 */
import { fileURLToPath } from "node:url";
import { type ForecastResult, forecast } from "rondo/forecast";

/** Visitors of a museum on 120 days: quiet Mondays, busy weekends, slow growth. */
export const visitors = Array.from({ length: 120 }, (_, day) => {
  const weekday = [40, 90, 100, 105, 120, 210, 230][day % 7] ?? 0;
  return Math.round(weekday * (1 + day / 200) + 8 * Math.sin(day * day));
});

export async function forecastVisitors(say: (line: string) => void): Promise<ForecastResult> {
  const result = await forecast(visitors, {
    horizon: 7,
    season: 7,
    onEvent: (event) => event.type === "end" && say(`network ${event.run}: ${event.epoch} epochs`),
  });
  say(result.verdict.sentence);
  for (const { time, mean, lower, upper } of result.forecast) {
    say(`day ${time}: ${Math.round(mean)} (${Math.round(lower)} to ${Math.round(upper)})`);
  }
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await forecastVisitors(console.log);
