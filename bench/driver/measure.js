/** One workload in one mode: every contestant does the same work, then they are timed in turns. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { flopsOf } from "../workloads/network.js";
import { adam } from "../workloads/optimizer.js";
import { compare } from "./agreement.js";
import { arraysOf, validSteps, writeArrays } from "./arrays.js";
import { median } from "./statistics.js";
import { Worker } from "./worker.js";

/** Updates whose losses are compared; predictions and streams are compared after as many. */
const CHECKED_STEPS = 3;
/** Seconds that a contestant may need to start. */
const START_LIMIT = 120;
/** Threads of one contestant may spin a little after its turn; the next one should not feel it. */
const SETTLE_MS = 10;

/**
 * @param options `rounds`, `sample` (seconds of work in one sample), `budget` (seconds for all samples of a contestant),
 *   `limit` (seconds for one request)
 * @returns rows, one for each contestant and formulation: either `reason` why it is not timed, or its figures
 */
export async function measure(workload, mode, contestants, options, say, directory) {
  const arrays = arraysOf(workload);
  const path = `${directory}/${workload.name.replace(/\W/g, "-")}.bin`;
  const placed = writeArrays(path, arrays);
  // The backward pass has two products for each one of the forward pass.
  const flops = flopsOf(workload, validSteps(arrays)) * (mode === "train" ? 3 : 1);

  const rows = [];
  for (const contestant of contestants) {
    const { formulations = () => [undefined] } = contestant;
    for (const formulation of formulations(workload)) {
      const title = contestant.title + (formulation ? `, ${formulation}` : "");
      say(`${workload.name} ${mode}: ${title}`);
      rows.push(await enter({ workload, mode, contestant, formulation, title, placed, options }));
    }
  }

  const entered = rows.filter(({ reason }) => reason === undefined);
  const checked = entered.filter(({ comparable }) => comparable);
  const verdicts = compare(checked.map(({ numbers }) => numbers));
  for (const [index, row] of checked.entries()) {
    Object.assign(row, verdicts[index]);
    if (row.agrees) continue;
    row.reason = `DISAGREES: ${row.difference.toExponential(1)} away from the others`;
    row.worker.stop();
  }

  await takeTurns(
    entered.filter(({ reason }) => reason === undefined),
    options,
    () => say(`${workload.name} ${mode}: timing`),
  );
  rmSync(path);
  return {
    workload: workload.name,
    title: workload.title,
    mode,
    flops,
    rows: rows.map(({ worker, numbers, comparable, lastStep, planned, ...row }) => ({
      ...row,
      ...figures(row, flops),
    })),
  };
}

/** Starts a contestant and lets it do the work that is compared. */
async function enter({ workload, mode, contestant, formulation, title, placed, options }) {
  const { id, peer, threads, variant, missing, refuses } = contestant;
  const row = { id: formulation ? `${id}-${formulation}` : id, peer, threads, title };
  const refused = missing ?? refuses?.(workload, mode);
  if (refused) return { ...row, reason: refused };
  const worker = new Worker(contestant);
  try {
    await worker.started(START_LIMIT);
    const task = { workload, mode, adam, threads, variant, formulation, arrays: placed };
    const { share, note } = await worker.ask({ action: "prepare", task }, options.limit);
    const losses = [];
    let seconds = 0;
    for (let step = 0; step < CHECKED_STEPS; step++) {
      // The second loss shows whether the first update was the same; what is very slow need not show a third.
      if (step >= 2 && mode === "train" && seconds > options.budget / 3) break;
      const done = await worker.ask({ action: "steps", count: 1 }, options.limit);
      seconds = done.seconds;
      losses.push(done.value);
    }
    const comparable = share === 1 && !note.startsWith("other work");
    const numbers =
      mode === "train" || !comparable ? losses : (await worker.ask({ action: "outputs" }, options.limit)).outputs;
    return { ...row, worker, note, share, comparable, numbers, samples: [], lastStep: seconds };
  } catch (error) {
    worker.stop();
    return { ...row, reason: error.message };
  }
}

/** Warms everybody up, then takes samples in turns: in each round every contestant gets one, in another order. */
async function takeTurns(rows, { rounds, sample, budget, limit, warmup }, begin) {
  for (const row of rows) {
    row.planned = Math.max(1, Math.min(rounds, Math.floor(budget / Math.max(row.lastStep, sample))));
    let spent = 0;
    // What takes its whole budget for one sample is as warm as it gets.
    while (spent < warmup && row.planned > 1) {
      const count = Math.max(1, Math.round(warmup / 4 / row.lastStep));
      const { seconds } = await row.worker.ask({ action: "steps", count }, limit);
      row.lastStep = seconds / count;
      spent += seconds;
    }
    row.count = Math.max(1, Math.round(sample / row.lastStep));
    row.planned = Math.max(1, Math.min(rounds, Math.floor(budget / (row.count * row.lastStep))));
  }
  begin();
  for (let round = 0; round < rounds; round++) {
    const turn = round % Math.max(1, rows.length);
    for (const row of [...rows.slice(turn), ...rows.slice(0, turn)]) {
      if (row.samples.length >= row.planned || row.reason) continue;
      await sleep(SETTLE_MS);
      try {
        const { seconds } = await row.worker.ask({ action: "steps", count: row.count }, limit);
        row.samples.push((1e3 * seconds) / row.count / row.share);
      } catch (error) {
        row.reason = error.message;
      }
    }
  }
  for (const row of rows) {
    if (row.reason === undefined) row.peakBytes = (await row.worker.ask({ action: "peak" }, limit)).bytes;
    row.worker.stop();
  }
}

function figures({ reason, samples }, flops) {
  if (reason !== undefined) return { samples: [] };
  const milliseconds = median(samples);
  return {
    milliseconds,
    fastest: Math.min(...samples),
    slowest: Math.max(...samples),
    gigaflops: flops / milliseconds / 1e6,
  };
}
