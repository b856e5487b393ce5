/**
 * What a browser loads to train an LSTM: an entry file with just the needed names, bundled and minified. WebAssembly is
 * counted apart, as binary, in the one build that a browser would load.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const directory = fileURLToPath(new URL("..", import.meta.url));
const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const installed = (path) => readFileSync(`${directory}node_modules/${path}`);

/**
 * `skips` are modules that are imported only when needed and are not needed for this; `loadsLater` says so of everything that
 * is imported at run time.
 */
function bundles(rondo) {
  const binary = `${dirname(rondo)}/engine/wasm/binary/simd.generated.js`;
  return [
    {
      name: "Rondo",
      entry: `import { sequential, lstm, dense, adam, meanSquaredError } from ${JSON.stringify(rondo)};
        globalThis.made = [sequential, lstm, dense, adam, meanSquaredError];`,
      loadsLater: true,
      wasm: async () => Buffer.from((await import(binary)).binary, "base64"),
    },
    {
      name: "tfjs (core, layers, cpu, wasm)",
      entry: `import * as core from "@tensorflow/tfjs-core"; import "@tensorflow/tfjs-backend-cpu";
        import "@tensorflow/tfjs-backend-wasm"; import { sequential, layers } from "@tensorflow/tfjs-layers";
        globalThis.made = [core.train.adam, sequential, layers.lstm, layers.dense];`,
      wasm: () => installed("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"),
    },
    {
      name: "jax-js",
      entry: `import { init, jit, nn, numpy, valueAndGrad } from "@jax-js/jax";
        globalThis.made = [init, jit, nn.sigmoid, numpy.dot, valueAndGrad];`,
      skips: /web(gl|gpu)/,
    },
    {
      name: "brain.js",
      entry: `import { recurrent } from "brain.js"; globalThis.made = [recurrent.LSTMTimeStep];`,
    },
    {
      name: "onnxruntime-web (cannot train)",
      entry: `import { InferenceSession } from "onnxruntime-web/wasm"; globalThis.made = [InferenceSession];`,
      wasm: () => installed("onnxruntime-web/dist/ort-wasm-simd-threaded.wasm"),
    },
  ];
}

/** Leaves what is imported at run time where it is, as check-bundle.js in scripts/ does. */
const withoutLater = {
  name: "without-later",
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
  },
};

async function sizeOf({ entry, skips, loadsLater, wasm }) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: directory },
    absWorkingDir: directory,
    outdir: "bundle",
    write: false,
    metafile: true,
    plugins: loadsLater ? [withoutLater] : [],
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
    // Modules of Node that are asked for behind a check of the host.
    external: [
      "node:*",
      "fs",
      "path",
      "util",
      "os",
      "crypto",
      "worker_threads",
      "perf_hooks",
      "module",
      "gl",
      "gpu.js",
    ],
  });
  const files = Object.fromEntries(outputFiles.map(({ path, contents }) => [path.slice(directory.length), contents]));
  let javascript = 0;
  for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
    const modules = Object.keys(inputs);
    if (skips && modules.length > 0 && modules.every((module) => skips.test(module))) continue;
    javascript += gzipped(files[path]);
  }
  return { javascriptBytes: javascript, wasmBytes: wasm ? gzipped(await wasm()) : 0 };
}

export async function measureBundles(rondo) {
  const rows = [];
  for (const library of bundles(rondo)) {
    try {
      rows.push({ name: library.name, ...(await sizeOf(library)) });
    } catch (error) {
      rows.push({ name: library.name, reason: error.message.split("\n").slice(0, 2).join(" ") });
    }
  }
  return rows;
}
