/** One workload in one mode: every contestant does the same work, then they are timed in turns. */
import { rmSync } from "node:fs";
import { flopsOf } from "../workloads/network.js";
import { adam } from "../workloads/optimizer.js";
import { compare } from "./agreement.js";
import { arraysOf, validSteps, writeArrays } from "./arrays.js";
import { figures, takeTurns } from "./turns.js";
import { Worker } from "./worker.js";

/** Updates whose losses are compared; predictions and streams are compared after as many. */
const CHECKED_STEPS = 3;
/** Seconds that a contestant may need to start. */
const START_LIMIT = 120;

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
    rows: rows.map(({ worker, numbers, comparable, lastStep, ...row }) => ({
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
