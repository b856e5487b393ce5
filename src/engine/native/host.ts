/** What the native engine needs of Node. Nothing is imported, so that the core loads everywhere. */

export interface NodeHost {
  readonly platform: string;
  readonly arch: string;
  /** Loads an addon and fills `module.exports`. */
  dlopen(module: { exports: object }, path: string): void;
  readFile(path: URL): Uint8Array;
  pathOf(url: URL): string;
  /** Threads that the machine runs side by side. */
  availableParallelism(): number;
}

interface Process {
  readonly platform: string;
  readonly arch: string;
  readonly versions?: { readonly node?: string };
  dlopen?(module: { exports: object }, path: string): void;
  getBuiltinModule?(name: string): unknown;
}

/** The host if it is Node, or another runtime that loads addons as Node does. */
export function nodeHost(): NodeHost | undefined {
  const { process } = globalThis as { readonly process?: Process };
  if (process?.versions?.node === undefined || process.dlopen === undefined) return undefined;
  const load = <T>(name: string): T | undefined => process.getBuiltinModule?.(name) as T | undefined;
  const files = load<{ readFileSync(path: URL): Uint8Array }>("node:fs");
  const urls = load<{ fileURLToPath(url: URL): string }>("node:url");
  const system = load<{ availableParallelism(): number }>("node:os");
  if (!files || !urls || !system) return undefined;
  return {
    platform: process.platform,
    arch: process.arch,
    dlopen: (module, path) => process.dlopen!(module, path),
    readFile: (path) => files.readFileSync(path),
    pathOf: (url) => urls.fileURLToPath(url),
    availableParallelism: () => system.availableParallelism(),
  };
}
