/**
 * Several time scales at once: one branch reads the last hours, the other one the means of the last days. The next value
 * has a part that goes up and down within the day and a part that drifts over days, so that neither branch knows all.
 *
 *     npm run build && node examples/time-scales.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/time-scales.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import { adam, concatenate, dense, input, lstm, model } from "rondo";
import { generator } from "./generator.ts";

const [perDay, hours, days] = [8, 8, 10] as const;

/** A rhythm within the day with an hourly disturbance that lasts, on a slow wave of 12 days under heavy hourly noise. */
export function values(length: number, seed: number): Float32Array {
  const random = generator(seed);
  let disturbance = 0;
  return Float32Array.from({ length }, (_, hour) => {
    disturbance = 0.8 * disturbance + 0.3 * (random() - 0.5);
    const rhythm = 0.5 * Math.sin((2 * Math.PI * hour) / perDay);
    return rhythm + disturbance + Math.sin((2 * Math.PI * hour) / (12 * perDay)) + 0.8 * (random() - 0.5);
  });
}

/** The last hours, the means of the last days and the next value, at each hour. */
function windows(series: Float32Array) {
  const first = days * perDay;
  const rows = series.length - first;
  const fine = new Float32Array(rows * hours);
  const coarse = new Float32Array(rows * days);
  for (let row = 0; row < rows; row++) {
    const now = first + row;
    fine.set(series.subarray(now - hours, now), row * hours);
    for (let day = 0; day < days; day++) {
      const start = now - (days - day) * perDay;
      const mean = series.subarray(start, start + perDay).reduce((total, value) => total + value, 0) / perDay;
      coarse[row * days + day] = mean;
    }
  }
  return {
    x: { fine: { data: fine, shape: [rows, hours, 1] }, coarse: { data: coarse, shape: [rows, days, 1] } },
    y: { data: series.slice(first), shape: [rows, 1] },
  };
}

/** @param sees the branches that it has; @returns the mean squared error on later values */
async function train(sees: readonly ("fine" | "coarse")[]): Promise<number> {
  const [fine, coarse] = [input({ shape: [hours, 1] }), input({ shape: [days, 1] })];
  const read = { fine: lstm(12).apply(fine), coarse: lstm(12).apply(coarse) };
  const branches = sees.map((name) => read[name]);
  const joined = branches.length > 1 ? concatenate().apply(branches) : branches[0]!;
  const inputs = Object.fromEntries(sees.map((name) => [name, { fine, coarse }[name]]));
  const net = model({ inputs, outputs: dense(1).apply(dense(16, { activation: "tanh" }).apply(joined)) });
  net.compile({ loss: "meanSquaredError", optimizer: adam({ learningRate: 0.01 }) });
  const [seen, unseen] = [windows(values(1200, 3)), windows(values(700, 4))];
  const pick = (x: typeof seen.x) => Object.fromEntries(sees.map((name) => [name, x[name]]));
  await net.fit(pick(seen.x), seen.y, { epochs: 6, batchSize: 56 });
  return (await net.evaluate(pick(unseen.x), unseen.y, { batchSize: 300 })).loss;
}

export async function compareScales(say: (line: string) => void) {
  const both = await train(["fine", "coarse"]);
  const fine = await train(["fine"]);
  const coarse = await train(["coarse"]);
  say(
    `mean squared error: both scales ${both.toFixed(4)}, hours alone ${fine.toFixed(4)}, days alone ${coarse.toFixed(4)}`,
  );
  return { both, fine, coarse };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compareScales(console.log);
