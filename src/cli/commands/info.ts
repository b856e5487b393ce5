import { availableParallelism, cpus } from "node:os";
import type { Command } from "commander";
import { engineReports, selectEngine } from "../../engine/select.ts";
import { measureProduct, measureTraining } from "../self-measure.ts";

interface Flags {
  json?: true;
}

const HELP = `
RONDO_ENGINE chooses the engine (native, wasm, reference), RONDO_THREADS its threads; results do not depend on threads.
The measurement takes about two seconds: a product of matrices 512 × 512, and one step of training three stacked
LSTM(50) on 128 sequences of 50 steps and 8 features (forward, backward, Adam).

Example: RONDO_THREADS=1 rondo info --json`;

/** `rondo info`: which engine runs here, why not another, and how fast it is. */
export function registerInfo(program: Command): void {
  program
    .command("info")
    .description("Show which engine Rondo runs on here, why not another, and how fast it is.")
    .option("--json", "print one JSON document instead of text")
    .addHelpText("after", HELP)
    .action(run);
}

async function run({ json }: Flags): Promise<void> {
  const engine = await selectEngine();
  const engines = await engineReports();
  const gigaflops = await measureProduct(engine);
  const milliseconds = await measureTraining(engine);
  const host = { node: process.version, processor: cpus()[0]?.model.trim() ?? "", cores: availableParallelism() };
  const measured = { matrixProductGigaflops: round(gigaflops), trainingStepMilliseconds: round(milliseconds) };
  if (json) {
    const chosen = { engine: engine.name, detail: engine.detail };
    console.log(JSON.stringify({ ...chosen, ...host, engines, measured }, undefined, 2));
    return;
  }
  const rows = engines.map((report) => [
    report.name,
    report.name === engine.name ? "runs" : report.works ? "works" : "does not work",
    report.works ? report.detail : report.reason,
  ]);
  console.log(
    `Engine ${engine.name} (${engine.detail}) in Node ${host.node}, ${host.cores} cores of ${host.processor}\n`,
  );
  for (const [name, state, detail] of rows) console.log(`  ${name!.padEnd(9)}  ${state!.padEnd(13)}  ${detail}`);
  console.log(`\nMatrix product      ${measured.matrixProductGigaflops} GFLOP/s`);
  console.log(`Training step       ${measured.trainingStepMilliseconds} ms (three LSTM(50), 128 × 50 × 8)`);
}

const round = (value: number): number => Number(value.toPrecision(3));
