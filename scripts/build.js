// Compiles src/ to dist/. Incremental: a second build takes a moment.
import { chmodSync } from "node:fs";
import { node, root, tool } from "./run.js";

node(tool("typescript/bin/tsc"), "--build", "src/cli");
chmodSync(`${root}/dist/cli/main.js`, 0o755);
