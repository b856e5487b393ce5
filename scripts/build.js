// Compiles src/ to dist/, joins what Node loads, and compiles the native engine where there is a C compiler. Incremental: a second build takes a moment.
import { chmodSync } from "node:fs";
import { buildNative } from "../kernels/native/build.js";
import { flatten } from "./flatten.js";
import { node, root, tool } from "./run.js";

node(tool("typescript/bin/tsc"), "--build", "src/cli");
chmodSync(`${root}/dist/cli/main.js`, 0o755);
await flatten();
await buildNative();
