/**
 * Checks that the generated modules in src/engine are those of the C files. `node kernels/check.js` compares hashes
 * and needs no compiler; with `--rebuild` it installs the compiler, compiles, and compares every byte.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expectation, textOfExpectation } from "./native/sources.js";
import { builds, hashOf, moduleOf } from "./sources.js";

const rebuild = process.argv.includes("--rebuild");
if (rebuild) {
  const folder = fileURLToPath(new URL("./", import.meta.url));
  execFileSync("npm", ["ci"], { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}

const stale = [];
for (const build of Object.keys(builds)) {
  const text = readFileSync(moduleOf(build), "utf8");
  const same = rebuild
    ? text === (await (await import("./compile.js")).compile(build))
    : text.includes(`export const sources = "${hashOf(build)}";`);
  if (!same) stale.push(fileURLToPath(moduleOf(build)));
}
if (readFileSync(expectation, "utf8") !== textOfExpectation()) stale.push(fileURLToPath(expectation));
if (stale.length > 0) {
  console.error(
    `Expected these to be made of the C files in kernels/: ${stale.join(", ")}. Run npm ci and node build.js there.`,
  );
  process.exitCode = 1;
}
