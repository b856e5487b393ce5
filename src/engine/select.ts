/** Which engine runs a model: the one asked for, or the fastest that works here. */
import { explain, OptionError, StateError } from "../errors.ts";
import { type Engine, MissingEngineError } from "./engine.ts";
import { wasmEngine } from "./wasm/wasm.ts";

const makers = {
  native: async (): Promise<Engine> => (await import("./native/native.ts")).nativeEngine(),
  wasm: (): Promise<Engine> => wasmEngine(),
  reference: async (): Promise<Engine> => (await import("./reference/reference.ts")).referenceEngine(),
};

export type EngineName = keyof typeof makers;
export const engineNames = Object.keys(makers) as readonly EngineName[];

/** An engine by name, or one that was made already. */
export type EngineChoice = EngineName | Engine;

/** One engine of each name serves the whole process, so that models can share weights. */
const made: { [Name in EngineName]?: Promise<Engine> } = {};

/** The only engine of that name. */
export function engineNamed(name: EngineName): Promise<Engine> {
  made[name] ??= makers[name]();
  return made[name];
}

interface Host {
  readonly process?: { readonly env?: Readonly<Record<string, string | undefined>>; readonly dlopen?: unknown };
}

let chosen: Promise<Engine> | undefined;

/**
 * The engine to use.
 *
 * @param choice @default `RONDO_ENGINE`, else the first of native, wasm and reference that works here; what is broken is said once
 */
export async function selectEngine(choice?: EngineChoice): Promise<Engine> {
  const environment = (globalThis as Host).process?.env?.RONDO_ENGINE;
  if (choice !== undefined || environment) return (await import("./asked-for.ts")).engineAskedFor(choice, environment);
  chosen ??= fastest();
  return chosen;
}

/** The fastest engine that works here; says why a faster one that should work does not. */
async function fastest(): Promise<Engine> {
  const broken: string[] = [];
  for (const name of engineNames) {
    // Where the host loads no addons, nothing of the native engine is worth fetching.
    if (name === "native" && !(globalThis as Host).process?.dlopen) continue;
    try {
      const engine = await engineNamed(name);
      for (const reason of broken) console.warn(`Rondo runs on its engine ${name}. ${reason}`);
      return engine;
    } catch (cause) {
      // A mistake of the user's is no reason to take another engine.
      if (cause instanceof OptionError) throw cause;
      if (!(cause instanceof MissingEngineError)) broken.push(`${name}: ${reasonOf(cause)}`);
    }
  }
  throw new StateError(explain({ expected: "an engine that works here", got: broken.join(" ") }));
}

const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** An engine by name: either it works here, or this is why not. */
export type EngineReport =
  | { readonly name: EngineName; readonly works: true; readonly detail: string }
  | { readonly name: EngineName; readonly works: false; readonly reason: string };

/** All engines, the fastest first, with what is particular about them here. */
export async function engineReports(): Promise<EngineReport[]> {
  const report = async (name: EngineName): Promise<EngineReport> => {
    try {
      return { name, works: true, detail: (await engineNamed(name)).detail };
    } catch (cause) {
      if (cause instanceof OptionError) throw cause;
      return { name, works: false, reason: reasonOf(cause) };
    }
  };
  return await Promise.all(engineNames.map(report));
}
