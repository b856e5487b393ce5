/** Runs Rondo and its peers side by side; `node bench/run.js --help` lists the options. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { contestants } from "./contestants/index.js";
import { help, readArguments } from "./driver/arguments.js";
import { measureFirstCalls } from "./driver/first-call.js";
import { measureImports } from "./driver/import.js";
import { install } from "./driver/install.js";
import { crowding, machine } from "./driver/machine.js";
import { measure } from "./driver/measure.js";
import { ratiosOf } from "./report/ratios.js";
import { bundleTable, firstCallTable, importTable, ratioTable, workloadTable } from "./report/tables.js";
import { workloads } from "./workloads/index.js";
import { small } from "./workloads/small.js";

/** How much longer work may take on one core while the others work too, before figures are doubted. */
const CROWDED = 1.15;

const others = ["first-call", "import", "bundle"];
/** What Node gets, and what bundlers get. */
const rondo = fileURLToPath(new URL("../dist/node/flat/index.js", import.meta.url));
const forBundlers = fileURLToPath(new URL("../dist/index.js", import.meta.url));

/** What goes on, on one line of the terminal; nothing where nobody looks. */
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

async function main() {
  const chosen = readArguments({ only: [...workloads.map(({ name }) => name), ...others] });
  const { only, modes, python, timing, json } = chosen;
  if (chosen.help) return console.log(help);
  if (!existsSync(rondo)) throw new Error(`Expected Rondo's build in dist/, got none: run npm run build first.`);
  install((text) => console.error(text));
  const against = chosen.against && resolve(chosen.against);
  const entered = contestants({ rondo, against, python }).filter(
    ({ id }) => chosen.contestants?.some((start) => id.startsWith(start)) ?? true,
  );
  if (entered.length === 0) throw new Error(`Expected --contestants to begin some name, got ${chosen.contestants}.`);

  const print = (text) => {
    say("");
    if (!json) console.log(`${text}\n`);
  };
  const document = { machine: machine(), crowding: [], timing, results: [], firstCalls: [] };
  const { processor, cores, memoryGB, node, commit } = document.machine;
  print(
    `${processor}, ${cores} cores, ${memoryGB} GB, Node ${node}, Rondo ${commit}; medians of ${timing.rounds} rounds`,
  );
  document.crowding.push(await crowding());

  const directory = mkdtempSync(join(tmpdir(), "rondo-bench-"));
  try {
    const wanted = workloads.filter(({ name }) => only.includes(name));
    for (const workload of chosen.small ? wanted.map(small) : wanted) {
      for (const mode of workload.modes.filter((name) => modes.includes(name))) {
        const result = await measure(workload, mode, entered, timing, say, directory);
        document.results.push(result);
        print(workloadTable(result, timing.rounds));
      }
    }
    if (only.includes("first-call")) {
      document.firstCalls = await measureFirstCalls(entered, timing, say, directory);
      print(firstCallTable(document.firstCalls));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  if (only.includes("import")) {
    document.imports = measureImports({ rondo, python, rounds: timing.rounds }, say);
    print(importTable(document.imports));
  }
  if (only.includes("bundle")) {
    // esbuild is one of the things that are installed above.
    const { measureBundles } = await import("./driver/bundle.js");
    document.bundles = await measureBundles(forBundlers);
    print(bundleTable(document.bundles));
  }
  // Tiny workloads say nothing about speed.
  document.ratios = chosen.small ? [] : ratiosOf(document.results, document.firstCalls);
  const measured = document.ratios.filter(({ value }) => value !== undefined);
  if (measured.length > 0) print(ratioTable(measured));
  document.crowding.push(await crowding());
  const [before, after] = document.crowding.map((value) => value.toFixed(2));
  print(
    `With all cores at work one core takes ${before} (before) and ${after} (after) times as long; 1 means that they share nothing.`,
  );
  if (Math.max(...document.crowding) > CROWDED) {
    print("Something else was at work, or the cores are not whole ones: figures of several threads say little.");
  }
  if (json) console.log(JSON.stringify(document, null, 2));
  const disagree = [...document.results, ...document.firstCalls].some(({ rows }) =>
    rows.some(({ reason }) => reason?.startsWith("DISAGREES")),
  );
  if (disagree) throw new Error("Contestants disagree about what was computed; see DISAGREES above.");
}

try {
  await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
