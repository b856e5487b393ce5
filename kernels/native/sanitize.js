/**
 * Runs the native engine under AddressSanitizer with UndefinedBehaviorSanitizer, then under ThreadSanitizer, and fails on
 * whatever they find in it. Needs gcc with their runtimes, and some minutes. Usage: `npm run build`, then
 * `node kernels/native/sanitize.js`; the ordinary binary is built again afterwards.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const compiler = process.env.CC || "cc";
const node = (args, env) =>
  spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } }).status;

const stress = ["--expose-gc", "kernels/native/stress.js"];
const tests = ["node_modules/vitest/vitest.mjs", "run", "src/engine/native", "src/engine/agreement"];
const sanitizers = [
  { name: "address,undefined", library: "libasan.so", log: "ASAN_OPTIONS", runs: [stress, tests] },
  // The test runner's own races would hide ours: the stress test alone.
  { name: "thread", library: "libtsan.so", log: "TSAN_OPTIONS", runs: [stress] },
];

/** Reports that name the addon: Node and others have findings of their own. */
function findings(folder) {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split(/^=+$/m))
    .filter((report) => report.includes("rondo.node"));
}

let failures = 0;
for (const { name, library, log, runs } of sanitizers) {
  const preload = execFileSync(compiler, [`-print-file-name=${library}`], { encoding: "utf8" }).trim();
  if (!existsSync(preload)) throw new Error(`Expected ${compiler} to have ${library}, got none: use gcc.`);
  const flags = `-fsanitize=${name} -fno-sanitize=alignment -fno-omit-frame-pointer -g -O1`;
  if (node(["kernels/native/build.js"], { RONDO_CFLAGS: flags }) !== 0) throw new Error("The addon was not built.");
  const folder = mkdtempSync(join(tmpdir(), "rondo-sanitize-"));
  const options = `log_path=${folder}/report:detect_leaks=0:allocator_may_return_null=1:exitcode=0`;
  const env = {
    LD_PRELOAD: preload,
    [log]: options,
    UBSAN_OPTIONS: `log_path=${folder}/undefined`,
    RONDO_ENGINE: "native",
  };
  for (const run of runs) {
    const status = node(run, env);
    if (status !== 0) failures++;
    console.log(`${name}: ${run.at(-1)} ended with ${status}`);
  }
  const found = findings(folder);
  for (const report of found) console.error(report);
  console.log(`${name}: ${found.length} findings in the native engine`);
  failures += found.length;
}
node(["kernels/native/build.js"], {});
process.exit(failures === 0 ? 0 : 1);
