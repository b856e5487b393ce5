/** A thread of the host that runs kernels: a worker thread of Node, or a web worker. */
import { type Duty, type NodeThreads, nodeThreads } from "./host-threads.ts";

export interface Thread {
  stop(): void;
}

/**
 * What a thread does. As text, because that needs no file of its own, which bundlers and servers would have to know of.
 * However it ends, nobody must wait for it.
 */
const serve = `const serve = ({ module, memory, team, member, members, stack }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  exports.__stack_pointer.value = stack;
  try {
    exports.serve(team, member, members);
  } finally {
    exports.leave(team);
  }
};
`;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

function startNodeThread({ Worker }: NodeThreads, duty: Duty, onEnd: (reason: string) => void): Thread {
  const code = `${serve}serve(process.getBuiltinModule("node:worker_threads").workerData);`;
  // Without the flags of the process, which may load things that only the main thread needs.
  const worker = new Worker(code, { eval: true, workerData: duty, execArgv: [], name: "rondo" });
  worker.on("error", (cause) => onEnd(messageOf(cause)));
  worker.on("exit", () => onEnd("it ended"));
  // The process ends when there is nothing to do but this.
  worker.unref();
  return { stop: () => void worker.terminate() };
}

let address: string | undefined;

function startWebThread(duty: Duty, onEnd: (reason: string) => void): Thread {
  // One for all, and kept: a worker may read it at any time after it was made.
  address ??= URL.createObjectURL(
    new Blob([`${serve}onmessage = ({ data }) => serve(data);`], { type: "text/javascript" }),
  );
  const worker = new Worker(address, { name: "rondo" });
  worker.onerror = (event) => {
    event.preventDefault();
    onEnd(event.message ?? "it could not be started");
  };
  worker.postMessage(duty);
  return { stop: () => worker.terminate() };
}

/**
 * Starts a thread, which keeps no process alive. `onEnd` is told why it has ended.
 * @throws whatever the host throws that does not let it start
 */
export function startThread(duty: Duty, onEnd: (reason: string) => void): Thread {
  const threads = nodeThreads();
  return threads === undefined ? startWebThread(duty, onEnd) : startNodeThread(threads, duty, onEnd);
}

/** Whether this thread may sleep until another wakes it, which the main thread of a page may not. */
export function maySleep(): boolean {
  try {
    // Another number than the one expected: returns at once.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    // That it throws is the answer.
    return false;
  }
}
