/** Which engine runs a model: the one asked for, or the fastest that works here. */
import { explain, OptionError, requireChoice, show } from "../errors.ts";
import type { Engine } from "./engine.ts";

const makers = {
  wasm: async (): Promise<Engine> => (await import("./wasm/wasm.ts")).wasmEngine(),
  reference: async (): Promise<Engine> => (await import("./reference/reference.ts")).referenceEngine(),
};

export type EngineName = keyof typeof makers;
export const engineNames = Object.keys(makers) as readonly EngineName[];

/** An engine by name, or one that was made already. */
export type EngineChoice = EngineName | Engine;

/** One engine of each name serves the whole process, so that models can share weights. */
const made = new Map<EngineName, Promise<Engine>>();

/** The only engine of that name. */
function engineNamed(name: EngineName): Promise<Engine> {
  const known = made.get(name);
  if (known !== undefined) return known;
  const engine = makers[name]();
  made.set(name, engine);
  return engine;
}

/** `RONDO_ENGINE`, where there are environment variables and it is set. */
function engineOfEnvironment(): EngineName | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  const name = process?.env?.RONDO_ENGINE;
  if (name === undefined || name === "") return undefined;
  requireChoice("RONDO_ENGINE", name, engineNames);
  return name;
}

/**
 * The engine to use.
 *
 * @param choice @default `RONDO_ENGINE`, else wasm; the reference engine where wasm does not work, which is said once
 */
export async function selectEngine(choice?: EngineChoice): Promise<Engine> {
  if (typeof choice === "object" && choice !== null) {
    if (typeof choice.load === "function" && typeof choice.allocate === "function") return choice;
    throw new OptionError(explain({ expected: "`engine` to be an engine or its name", got: show(choice) }));
  }
  if (choice !== undefined) requireChoice("engine", choice, engineNames);
  const name = choice ?? engineOfEnvironment();
  return name === undefined ? await fallback() : await engineNamed(name);
}

let chosen: Promise<Engine> | undefined;

function fallback(): Promise<Engine> {
  chosen ??= engineNamed("wasm").catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    console.warn(`Rondo runs on its slow reference engine, for WebAssembly does not work here: ${reason}`);
    return engineNamed("reference");
  });
  return chosen;
}
