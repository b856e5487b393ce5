// What a browser downloads to train an LSTM, against the budget: everything that its entry imports, but for what is imported
// at run time when it is first needed. In one file, as most bundlers put it, minified, after gzip. That file then trains an
// LSTM with nothing beside it but the WebAssembly, so that nothing that is needed is left out of the count.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { root } from "./run.js";

/** Bytes that may not be passed. */
const BUDGET = 45_000;
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

/**
 * Trains with the file in a process that has none of what Node has and browsers lack. Whatever else it would import at run
 * time is not there.
 */
function train(code) {
  const folder = `${root}build/bundle`;
  mkdirSync(folder, { recursive: true });
  const binaries = pathToFileURL(`${root}dist/engine/wasm/binary/`).href;
  writeFileSync(`${folder}/${ENTRY}.js`, code.replaceAll("./binary/", binaries));
  writeFileSync(`${folder}/training.mjs`, training);
  return execFileSync(process.execPath, [`${folder}/training.mjs`], { encoding: "utf8" }).trim();
}

const training = `
globalThis.process = undefined;
console.warn = (text) => { throw new Error(text); };
await import("./${ENTRY}.js");
const [sequential, lstm, dense, adam, meanSquaredError] = made;
const model = sequential([lstm(8, { inputShape: [10, 2] }), dense(1)]);
model.compile({ loss: meanSquaredError(), optimizer: adam({ learningRate: 0.02 }) });
const x = { data: Float32Array.from({ length: 64 * 10 * 2 }, (_, i) => Math.sin(i * i)), shape: [64, 10, 2] };
const y = { data: Float32Array.from({ length: 64 }, (_, row) => x.data[row * 20 + 19]), shape: [64, 1] };
const { metrics: { loss } } = await model.fit(x, y, { epochs: 10, batchSize: 16 });
if (!(loss.at(-1) < loss[0] / 2)) throw new Error(\`Expected the loss to fall by half, got \${loss}.\`);
console.log((await model.engine()).name);
`;

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(8);

/** Bytes of the files that the entry imports from the start, each after gzip. */
function startOf(files) {
  const byName = new Map(files.map((file) => [file.fileName, file]));
  const needed = new Set([files.find(({ isEntry }) => isEntry).fileName]);
  for (const name of needed) for (const other of byName.get(name).imports) needed.add(other);
  return [...needed].reduce((total, name) => total + gzipped(byName.get(name).code), 0);
}

const { binary } = await import("../dist/engine/wasm/binary/relaxed.generated.js");
const wasm = gzipped(Buffer.from(binary, "base64"));
const [{ code }] = await bundle(false);
const size = gzipped(code);
console.log(`${kilobytes(size)} to train an LSTM, of ${kilobytes(BUDGET).trim()} allowed`);
console.log(`${"".padStart(8)} and it trains with that and the engine ${train(code)} alone`);
console.log(`${kilobytes(wasm)} of WebAssembly, of ${kilobytes(WASM_BUDGET).trim()} allowed`);
const files = await bundle(true);
console.log(`${kilobytes(startOf(files))} when a bundler cuts it into files, some for several uses`);
for (const { isDynamicEntry, name, code } of files) {
  if (isDynamicEntry && !name.includes("generated"))
    console.log(`${kilobytes(gzipped(code))} when first needed: ${name}`);
}
if (size > BUDGET || wasm > WASM_BUDGET) {
  console.error('Too large. CONTRIBUTING.md, "The bundle", says how to keep rarely used code out of it.');
  process.exit(1);
}
