// What a browser downloads to train an LSTM, against the budget: everything that its entry imports, but for what is imported
// at run time when it is first needed. In one file, as most bundlers put it, minified, after gzip.
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./run.js";

/** Bytes: what it should be, and what it may not pass. */
const GOAL = 45_000;
const BUDGET = 53_000;
const WASM_BUDGET = 60_000;

const entry = `
import { sequential, lstm, dense, adam, meanSquaredError } from "${root}dist/index.js";
globalThis.made = [sequential, lstm, dense, adam, meanSquaredError];
`;
const ENTRY = "train-an-lstm";

const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** @param {boolean} withLater whether what is imported at run time is bundled too, as files of its own */
async function bundle(withLater) {
  const plugin = {
    name: "entry",
    resolveId(id, _importer, { kind }) {
      if (id === ENTRY) return id;
      return kind === "dynamic-import" && !withLater ? { id, external: true } : null;
    },
    load: (id) => (id === ENTRY ? entry : null),
  };
  const build = await rolldown({ input: ENTRY, plugins: [plugin], platform: "browser", cwd: root, logLevel: "warn" });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  return output;
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(8);

const { binary } = await import("../dist/engine/wasm/binary/relaxed.generated.js");
const wasm = gzipped(Buffer.from(binary, "base64"));
const [{ code }] = await bundle(false);
const size = gzipped(code);
console.log(
  `${kilobytes(size)} to train an LSTM, of ${kilobytes(BUDGET).trim()} allowed; the goal is ${kilobytes(GOAL).trim()}`,
);
console.log(`${kilobytes(wasm)} of WebAssembly, of ${kilobytes(WASM_BUDGET).trim()} allowed`);
for (const { isDynamicEntry, name, code } of await bundle(true)) {
  if (isDynamicEntry && !name.includes("generated"))
    console.log(`${kilobytes(gzipped(code))} when first needed: ${name}`);
}
if (size > BUDGET || wasm > WASM_BUDGET) {
  console.error('Too large. CONTRIBUTING.md, "The bundle", says how to keep rarely used code out of it.');
  process.exit(1);
}
