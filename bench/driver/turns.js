/** Takes samples of contestants in turns. */
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "./statistics.js";

/** Threads of one contestant may spin a little after its turn; the next one should not feel it. */
const SETTLE_MS = 10;

/** Does something for a contestant that may fail at any time; then its row has the reason and no figures. */
async function attempt(row, action) {
  if (row.reason !== undefined) return;
  try {
    await action();
  } catch (error) {
    row.reason = error.message;
  }
}

/** Lets a contestant run until it is warm, and finds how many of its steps make one sample. */
async function warmUp(row, { sample, budget, limit, warmup }) {
  // What takes its whole budget for one sample is as warm as it gets.
  for (let spent = 0; spent < warmup && row.lastStep < budget; ) {
    const count = Math.max(1, Math.round(warmup / 4 / row.lastStep));
    const { seconds } = await row.worker.ask({ action: "steps", count }, limit);
    // The least, for an interruption makes a step longer, never shorter.
    row.lastStep = Math.min(row.lastStep, seconds / count);
    spent += seconds;
  }
  row.count = Math.max(1, Math.round(sample / row.lastStep));
}

/** Warms everybody up, then takes samples: in each round every contestant gives one, in another order. */
export async function takeTurns(rows, options, begin) {
  const { rounds, budget, limit } = options;
  const spent = new Map(rows.map((row) => [row, 0]));
  for (const row of rows) await attempt(row, () => warmUp(row, options));
  begin();
  for (let round = 0; round < rounds; round++) {
    const turn = round % Math.max(1, rows.length);
    for (const row of [...rows.slice(turn), ...rows.slice(0, turn)]) {
      if (spent.get(row) >= budget) continue;
      await sleep(SETTLE_MS);
      await attempt(row, async () => {
        const { seconds } = await row.worker.ask({ action: "steps", count: row.count }, limit);
        spent.set(row, spent.get(row) + seconds);
        row.samples.push((1e3 * seconds) / row.count / row.share);
      });
    }
  }
  for (const row of rows) {
    await attempt(row, async () => {
      row.peakBytes = (await row.worker.ask({ action: "peak" }, limit)).bytes;
    });
    row.worker.stop();
  }
}

/** What the samples say. */
export function figures({ reason, samples }, flops) {
  if (reason !== undefined) return { samples: [] };
  const milliseconds = median(samples);
  return {
    milliseconds,
    fastest: Math.min(...samples),
    slowest: Math.max(...samples),
    gigaflops: flops / milliseconds / 1e6,
  };
}
