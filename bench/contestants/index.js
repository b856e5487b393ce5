/** The only list of contestants: how each is started, and what it cannot do, with the reason. */
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const cores = availableParallelism();

/** Keeps freed memory in the process: by default glibc returns large blocks to the system at each step. */
const tunedAllocator = {
  MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 30),
  MALLOC_TRIM_THRESHOLD_: String(16 * 2 ** 30),
  MALLOC_TOP_PAD_: String(64 * 2 ** 20),
};

const has = ({ layers }, kind) => layers.some((layer) => layer.kind === kind);
const threadCounts = [1, cores].filter((count, index, all) => all.indexOf(count) === index);
const threaded = (make) => threadCounts.map(make);
const counted = (threads) => (threads === 1 ? "1 thread" : `${threads} threads`);

/** What inference engines refuse. */
function onlyPredicts(workload, mode) {
  if (mode === "train") return "cannot train";
  return has(workload, "minimalGatedUnit") ? "has no cells of one's own" : undefined;
}

function rondo(dist, name, suffix = "") {
  return (threads) => ({
    peer: `rondo-${name}${suffix}`,
    id: `rondo-${name}${suffix}-${threads}`,
    title: `Rondo ${name}${suffix && " before"}, ${counted(threads)}`,
    command: [process.execPath, here("rondo.js")],
    env: { RONDO_ENGINE: name, RONDO_THREADS: String(threads), BENCH_RONDO: dist },
    threads,
  });
}

/**
 * @param rondo path of the front door that is measured
 * @param against path of another build of it, to compare with, or undefined
 * @param python a Python with torch, or undefined
 */
export function contestants({ rondo: front, against, python }) {
  const node = (file, rest) => ({ command: [process.execPath, here(file)], env: {}, threads: 1, ...rest });
  const torch = (variant, env) => (threads) => ({
    peer: "torch",
    id: `torch-${variant}-${threads}`,
    title: `PyTorch ${variant === "tuned" ? "tuned" : "as it comes"}, ${counted(threads)}`,
    command: [python, here("torch_worker.py")],
    env: { ...env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) },
    threads,
    variant,
    missing: python === undefined ? "no Python with torch was given (--python PATH)" : undefined,
    // Both ways to leave out padding count; the better one is PyTorch's time.
    formulations: ({ shortest }) => (shortest ? ["packed", "padded"] : [undefined]),
  });
  return [
    ...threaded(rondo(front, "native")),
    rondo(front, "wasm")(1),
    ...(against ? [...threaded(rondo(against, "native", "-before")), rondo(against, "wasm", "-before")(1)] : []),
    ...threaded(torch("default", {})),
    ...threaded(torch("tuned", tunedAllocator)),
    ...threaded((threads) =>
      node("onnxruntime.js", {
        peer: "onnxruntime-node",
        id: `onnxruntime-node-${threads}`,
        title: `onnxruntime-node, ${counted(threads)}`,
        variant: "node",
        threads,
        refuses: onlyPredicts,
      }),
    ),
    node("onnxruntime.js", {
      peer: "onnxruntime-web",
      id: "onnxruntime-web-1",
      title: "onnxruntime-web, 1 thread",
      variant: "web",
      refuses: onlyPredicts,
    }),
    ...["wasm", "cpu"].map((variant) =>
      node("tfjs.js", { peer: `tfjs-${variant}`, id: `tfjs-${variant}`, title: `tfjs ${variant}, 1 thread`, variant }),
    ),
    node("jax.js", {
      peer: "jax-js",
      id: "jax-js",
      title: "jax-js wasm, 1 thread",
      refuses: ({ shortest }) => (shortest ? "has no masks" : undefined),
    }),
    node("brain.js", {
      peer: "brain.js",
      id: "brain.js",
      title: "brain.js, 1 thread",
      refuses: (workload, mode) => {
        if (mode === "stream") return "keeps no state from call to call";
        if (workload.time === undefined) return "has no matrix products of its own";
        if (has(workload, "minimalGatedUnit")) return "has no cells of one's own";
        return workload.shortest ? "has no masks" : undefined;
      },
    }),
  ];
}
