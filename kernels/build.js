/** Compiles the C engine to WebAssembly. Usage: `npm ci && node build.js` in this folder. */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { compile } from "./compile.js";
import { expectation, textOfExpectation } from "./native/sources.js";
import { builds, moduleOf } from "./sources.js";

writeFileSync(expectation, textOfExpectation());
for (const build of Object.keys(builds)) {
  const text = await compile(build);
  writeFileSync(moduleOf(build), text);
  const binary = Buffer.from(text.match(/"([^"]+)";\s*$/)[1], "base64");
  console.error(`${build}: ${binary.length} bytes, ${gzipSync(binary).length} compressed`);
}
