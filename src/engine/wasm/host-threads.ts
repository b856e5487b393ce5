/** Which threads the host has, apart from what starts them, which loads only where there are some. */

/** What a thread is given; addresses are counted in bytes. */
export interface Duty {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly team: number;
  readonly member: number;
  readonly members: number;
  /** The end of its stack, which grows downwards. */
  readonly stack: number;
}

interface NodeWorker {
  on(event: "error" | "exit", listener: (cause: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

export interface NodeThreads {
  readonly Worker: new (
    code: string,
    options: { eval: true; workerData: Duty; execArgv: readonly string[]; name: string },
  ) => NodeWorker;
}

/** `worker_threads`, asked for at run time, so that the core loads where there is no Node. */
export function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } };
  return process?.getBuiltinModule?.("node:worker_threads") as NodeThreads | undefined;
}

/** Whether threads can share memory here. Pages must be isolated from those of other origins for that. */
export function hasThreads(): boolean {
  const isIsolated = (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
  return isIsolated && typeof SharedArrayBuffer === "function" && (nodeThreads() ?? globalThis.Worker) !== undefined;
}
