/** Runs the quality tasks one after another and writes docs/quality.md; `node bench/quality/run.js --help` lists options. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addResult, isSame, readResults } from "./driver/results.js";
import { page, SEEDS } from "./report/page.js";
import { figureOf } from "./report/words.js";
import { tasks } from "./tasks/index.js";

const usage = `node bench/quality/run.js [options]
  --only A,B    these tasks, or task:variant
  --seeds N     as many seeds, from 0 (${SEEDS})
  --again       run what has a result as well
  --page        run nothing: write docs/quality.md from the results
  --check       run nothing: fail when docs/quality.md is not what the results give
It may be interrupted: what has a result is not run again. RONDO_THREADS and RONDO_ENGINE count as usual.`;

/** Longer than any task takes; what hangs is ended. */
const LIMIT_MS = 40 * 60_000;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seeds: { type: "string", default: String(SEEDS) },
    again: { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const document = fileURLToPath(new URL("../../docs/quality.md", import.meta.url));

if (values.help) console.log(usage);
else if (values.check) check();
else {
  if (!values.page) runAll();
  writeFileSync(document, page(tasks, readResults()));
}

function check() {
  if (readFileSync(document, "utf8") === page(tasks, readResults())) return;
  console.error("Expected docs/quality.md to be what the results give, got another: node bench/quality/run.js --page");
  process.exitCode = 1;
}

function runAll() {
  const wanted = values.only?.split(",");
  const isWanted = (task, variant) =>
    wanted === undefined || wanted.includes(task.name) || wanted.includes(`${task.name}:${variant.name}`);
  for (const name of wanted ?? []) {
    if (tasks.some((task) => task.variants.some((variant) => isWanted(task, variant) && name.startsWith(task.name))))
      continue;
    throw new Error(`Expected --only to name tasks among ${tasks.map((task) => task.name).join(", ")}, got ${name}.`);
  }
  // Seed by seed, so that an interrupted run has something of everything.
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    for (const task of tasks) {
      for (const variant of task.variants) {
        const run = { task: task.name, variant: variant.name, seed };
        if (!isWanted(task, variant)) continue;
        if (!values.again && readResults().some((known) => isSame(known, run))) continue;
        runOne(variant, run);
      }
    }
  }
}

/** Each run is a process of its own: a fresh engine, and nothing that a task leaves behind. */
function runOne(variant, { task, seed }) {
  const script = fileURLToPath(new URL(`tasks/${task}.js`, import.meta.url));
  const options = ["--variant", variant.name, "--seed", String(seed), "--json"];
  const { status, stdout } = spawnSync(process.execPath, [script, ...options], {
    encoding: "utf8",
    timeout: LIMIT_MS,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const title = `${task} ${variant.name}, seed ${seed}`;
  if (status !== 0) {
    console.error(`${title}: failed`);
    process.exitCode = 1;
    return;
  }
  const result = JSON.parse(stdout.trim().split("\n").at(-1));
  addResult(result);
  console.log(`${title}: ${figureOf(variant, result.figure)} in ${result.seconds} s`);
}
