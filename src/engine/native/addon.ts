/** Finds the addon that `kernels/native/build.js` made, and makes sure that it is the right one before it runs. */
import { explain, StateError } from "../../errors.ts";
import { MissingEngineError } from "../engine.ts";
import { type NodeHost, nodeHost } from "./host.ts";
import { sources } from "./sources.generated.ts";

/** A program and its memory, known to the addon. */
export interface Bound {
  readonly bound: unique symbol;
}

/** The entries of `kernels/native/addon.c`; `set` is an index of `instructionSets`. */
export interface Addon {
  readonly sources: string;
  /** Those that this processor has, the fastest first. */
  readonly instructionSets: readonly string[];
  workSize(set: number, words: Int32Array): number;
  /** Prepares a new buffer; gives the bytes from its beginning to the first place at a multiple of 64. */
  settle(buffer: ArrayBuffer): number;
  /** `memories` are those of all slots but the scratch; `scratch` and `work` those of each member of the team. */
  bind(
    set: number,
    words: Int32Array,
    memories: readonly (Float32Array | Int32Array)[],
    scratch: readonly Float32Array[],
    work: readonly Float32Array[],
  ): Bound;
  /** Runs on the calling thread alone. */
  run(bound: Bound): void;
  /** Runs off the calling thread, by all members; `owner` is kept alive until the end. */
  start(bound: Bound, owner: object): Promise<void>;
  /** Returns when no run that was started is under way. */
  wait(bound: Bound): void;
}

/** Beside the sources and, the same, beside what they compile to. Not a constant URL: bundlers would look for the file. */
const home = (file: string): URL => new URL(["..", "..", "..", "build", "native", file].join("/"), import.meta.url);

function refuse(got: string, remedy: string, Kind = StateError): never {
  throw new Kind(explain({ expected: "a native engine for this version", got, remedy }));
}

const rebuild = "run npm run build where Rondo's sources are, with a C compiler";

/** The contents of a file of the build, `undefined` when there is none. */
function contentOf(host: NodeHost, file: string): Uint8Array | undefined {
  try {
    return host.readFile(home(file));
  } catch {
    return undefined;
  }
}

/** What the build says of the binary, if it can be read. */
function descriptionOf(content: Uint8Array): { readonly sample?: unknown; readonly sources?: unknown } {
  try {
    return JSON.parse(new TextDecoder().decode(content)) ?? {};
  } catch {
    return {};
  }
}

/**
 * The size of a binary and the first of every 16 words, hashed (FNV-1a, by words): enough to see that a copy was interrupted or
 * a block never written. To load a module that hashes all of it takes longer than everything else that makes an engine.
 */
function sampleOf(content: Uint8Array): number {
  const words = new DataView(content.buffer, content.byteOffset, content.byteLength);
  let hash = content.length;
  for (let at = 0; at + 4 <= content.length; at += 64) hash = Math.imul(hash ^ words.getInt32(at, true), 0x01000193);
  return hash >>> 0;
}

/**
 * Loads the addon.
 * @throws MissingEngineError when there is none; StateError when it is damaged, made of other sources, or does not load
 */
export function loadAddon(host: NodeHost | undefined = nodeHost()): Addon {
  if (host === undefined) return refuse("a host that loads no addons", "use the engine wasm", MissingEngineError);
  const described = contentOf(host, "rondo.json");
  const binary = contentOf(host, "rondo.node");
  if (described === undefined || binary === undefined) return refuse("none", rebuild, MissingEngineError);
  // A damaged library can end the process as soon as it is opened.
  const description = descriptionOf(described);
  if (description.sample !== sampleOf(binary)) return refuse("a damaged one", rebuild);
  if (description.sources !== sources) return refuse("one of other sources", rebuild);
  const module = { exports: {} };
  try {
    host.dlopen(module, host.pathOf(home("rondo.node")));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return refuse(`one that does not load (${reason})`, rebuild);
  }
  const addon = module.exports as Partial<Addon>;
  if (addon.sources !== sources) return refuse("one of other sources", rebuild);
  return addon as Addon;
}
