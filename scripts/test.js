// Everything that must hold before a change lands: types, lint, format, rooms, generated files, tests.
import { node, tool } from "./run.js";

console.log("build and types");
node("scripts/build.js");
node(tool("typescript/bin/tsc"), "--noEmit", "-p", "test");
console.log("lint and format");
node(tool("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", ".");
console.log("rooms");
node("scripts/check-rooms.js");
console.log("kernels match their sources");
node("kernels/check.js");
console.log("tests");
node(tool("vitest/vitest.mjs"), "run", ...process.argv.slice(2));
