/** ONNX Runtime, in its build for Node or in the one for the browser (WebAssembly, one thread). It only predicts. */
import { onnxModel } from "./onnx/model.js";
import { serve } from "./serve.js";
import { batchFirst, timeFirst } from "./time-first.js";

const runtimes = {
  node: async () => (await import("onnxruntime-node")).default,
  web: async () => await import("onnxruntime-web"),
};

await serve(async ({ workload, mode, threads, variant, arrays: { x, weights } }) => {
  const ort = await runtimes[variant]();
  ort.env.wasm.numThreads = threads;
  const stream = mode === "stream";
  const timed = workload.time !== undefined;
  const [rows, ...inner] = x.shape;
  const shape = stream ? [1, 1, inner[1]] : timed ? [inner[0], rows, ...inner.slice(1)] : x.shape;
  const bytes = onnxModel(workload, shape, weights, stream);
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    ...(variant === "web" && { executionProviders: ["wasm"] }),
  });
  const tensor = (data, dimensions) =>
    new ort.Tensor(data instanceof Int32Array ? "int32" : "float32", data, dimensions);
  const [output] = session.outputNames;

  const note = `onnxruntime-${variant} ${ort.env.versions.common}`;

  let last;
  const outputs = () => {
    const { data, dims } = last[output];
    return dims.length === 3 ? batchFirst({ data, shape: dims }).data : data;
  };
  if (!stream) {
    const feeds = { x: tensor(timed ? timeFirst(x).data : x.data, shape) };
    const step = async () => {
      last = await session.run(feeds);
    };
    return { note, step, outputs };
  }

  const size = x.data.length / rows;
  const inputs = Array.from({ length: rows }, (_, row) => tensor(x.data.slice(row * size, (row + 1) * size), shape));
  const units = workload.layers.at(-1).units;
  const zeros = () => tensor(new Float32Array(units), [1, 1, units]);
  let count = 0;
  const states = session.inputNames.filter((name) => name.startsWith("initial"));
  const feeds = Object.fromEntries(states.map((name) => [name, zeros()]));
  const step = async () => {
    feeds.x = inputs[count++ % inputs.length];
    last = await session.run(feeds);
    for (const name of states) feeds[name] = last[name.replace("initial", "final")];
  };
  return { note, step, outputs };
});
