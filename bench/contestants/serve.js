/**
 * The child's side of the conversation, for contestants in JavaScript: one JSON request per line in, one answer per line
 * out, marked so that what a library prints does not disturb. Arrays are read before the clock starts.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const MARK = "@answer ";

function readArrays({ path, x, y, lengths, weights }) {
  const bytes = readFileSync(path);
  const read = (placed) => {
    if (placed === null) return undefined;
    const { offset, shape, dtype } = placed;
    const Type = dtype === "int32" ? Int32Array : Float32Array;
    const size = shape.reduce((product, length) => product * length, 1);
    return {
      shape,
      data: new Type(bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + 4 * size)),
    };
  };
  return { x: read(x), y: read(y), lengths: read(lengths), weights: weights.map(read) };
}

/** Most bytes of memory that this process had. */
function peak() {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}

const since = (start) => (performance.now() - start) / 1e3;

/**
 * @param prepare makes a session of a task { workload, mode, arrays, threads, variant }: `step()` makes an update, a
 *   prediction or a step of a stream and gives its loss, if it has one; `outputs()` gives the last outputs, rows first;
 *   `share` is the part of the work that a step does, 1 unless given; `note` says what the table should know.
 */
export async function serve(prepare) {
  let session;
  const actions = {
    async prepare({ task }) {
      const arrays = readArrays(task.arrays);
      const start = performance.now();
      session = await prepare({ ...task, arrays });
      return { seconds: since(start), share: session.share ?? 1, note: session.note ?? "" };
    },
    async steps({ count }) {
      const start = performance.now();
      let value;
      for (let step = 0; step < count; step++) {
        value = session.step();
        if (value instanceof Promise) value = await value;
      }
      return { seconds: since(start), value };
    },
    outputs: async () => ({ outputs: Array.from(await session.outputs()) }),
    peak: async () => ({ bytes: peak() }),
  };
  const answer = (value) => process.stdout.write(`${MARK}${JSON.stringify(value)}\n`);
  answer({});
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      answer(await actions[request.action](request));
    } catch (error) {
      answer({ error: String(error?.message ?? error).split("\n")[0] });
    }
  }
  process.exit(0);
}
