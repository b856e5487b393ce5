/** Runs a variant of a task once and says where. */
import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { engineReports } from "../rondo.js";
import { processorSeconds } from "./processor-time.js";

export async function measure(task, variant, { seed, quick }) {
  // Before the run: where it began is what it ran.
  const where = await machine();
  const start = processorSeconds();
  const { figure, ...details } = await variant.run({ seed, quick });
  const seconds = Math.round((processorSeconds() - start) * 10) / 10;
  return { task: task.name, variant: variant.name, seed, figure, seconds, details, ...where };
}

async function machine() {
  const engine = (await engineReports()).find(({ works }) => works);
  return {
    engine: engine.name,
    threads: Number(process.env.RONDO_THREADS ?? availableParallelism()),
    processor: cpus()[0].model.trim(),
    node: process.versions.node,
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      encoding: "utf8",
      cwd: import.meta.dirname,
    }).trim(),
  };
}
