/** From the description of a model to the loss of its first update: a new process each time, the import not counted. */
import { rmSync } from "node:fs";
import { firstCalls } from "../workloads/first-call.js";
import { adam } from "../workloads/optimizer.js";
import { compare } from "./agreement.js";
import { arraysOf, writeArrays } from "./arrays.js";
import { median } from "./statistics.js";
import { Worker } from "./worker.js";

/** Fewer than other samples: each needs a process. */
const ROUNDS = 9;

export async function measureFirstCalls(contestants, { rounds, budget, limit }, say, directory) {
  const results = [];
  for (const workload of firstCalls) {
    const path = `${directory}/first-call-${workload.time}.bin`;
    const arrays = writeArrays(path, arraysOf(workload));
    const rows = contestants.map((contestant) => {
      const { id, peer, threads, title, missing, refuses } = contestant;
      const reason = missing ?? refuses?.(workload, "train");
      return { contestant, row: { id, peer, threads, title, samples: [], ...(reason && { reason }) }, spent: 0 };
    });
    for (let round = 0; round < Math.min(rounds, ROUNDS); round++) {
      say(`${workload.name}: round ${round + 1}`);
      for (const entry of rows) {
        if (entry.row.reason || entry.spent > budget) continue;
        const worker = new Worker(entry.contestant);
        try {
          await worker.started(limit);
          const { threads, variant } = entry.contestant;
          const task = { workload, mode: "train", adam, threads, variant, arrays };
          const { seconds, note, share } = await worker.ask({ action: "prepare", task }, limit);
          const first = await worker.ask({ action: "steps", count: 1 }, limit);
          entry.spent += seconds + first.seconds;
          entry.row.samples.push(1e3 * (seconds + first.seconds));
          entry.row.note = note;
          entry.loss = first.value;
          entry.comparable = share === 1 && !note.startsWith("other work");
        } catch (error) {
          entry.row.reason = error.message;
        } finally {
          worker.stop();
        }
      }
    }
    const checked = rows.filter(({ row, comparable }) => comparable && row.reason === undefined);
    for (const [index, verdict] of compare(checked.map(({ loss }) => [loss])).entries()) {
      if (!verdict.agrees) checked[index].row.reason = `DISAGREES: ${verdict.difference.toExponential(1)} away`;
    }
    for (const { row } of rows) if (row.reason === undefined) row.milliseconds = median(row.samples);
    rmSync(path);
    results.push({ workload: workload.name, title: workload.title, mode: "train", rows: rows.map(({ row }) => row) });
  }
  return results;
}
