// Everything that must hold before a change lands: types, lint, format, rooms, generated files, tests.
import { readFileSync } from "node:fs";
import { node, root, succeeds, tool } from "./run.js";

console.log("build and types");
node("scripts/build.js");
node(tool("typescript/bin/tsc"), "--noEmit", "-p", "test");
console.log("lint and format");
node(tool("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", ".");
console.log("rooms");
node("scripts/check-rooms.js");
console.log("kernels match their sources");
node("kernels/check.js");
console.log("the page of quality belongs to its results");
node("bench/quality/run.js", "--check");
console.log("what a browser downloads");
node("scripts/check-bundle.js");
console.log("tests");
const report = "build/tests.json";
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
const passed = succeeds(process.execPath, tool("vitest/vitest.mjs"), "run", ...reporters, ...process.argv.slice(2));
const counts = JSON.parse(readFileSync(`${root}/${report}`, "utf8"));
console.log(
  `${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests + counts.numTodoTests} skipped`,
);
process.exit(passed ? 0 : 1);
