/** Which engine runs a model: the one asked for, or the fastest that works here. */
import { explain, OptionError, requireChoice, StateError, show } from "../errors.ts";
import { type Engine, MissingEngineError } from "./engine.ts";

const makers = {
  native: async (): Promise<Engine> => (await import("./native/native.ts")).nativeEngine(),
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
 * @param choice @default `RONDO_ENGINE`, else the first of native, wasm and reference that works here; what is broken is said once
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

/** What was found when an engine was to be chosen: the one to use, and why not those before it. */
export interface Choice {
  readonly engine: Engine;
  readonly refused: Readonly<Partial<Record<EngineName, Error>>>;
}

let chosen: Promise<Choice> | undefined;

/** The fastest engine that works here, and why faster ones do not. */
export function fastestEngine(): Promise<Choice> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<Choice> {
  const refused: Partial<Record<EngineName, Error>> = {};
  for (const name of engineNames) {
    try {
      return { engine: await engineNamed(name), refused };
    } catch (cause) {
      // A mistake of the user's is not a reason to take another engine.
      if (cause instanceof OptionError) throw cause;
      refused[name] = cause instanceof Error ? cause : new Error(String(cause));
    }
  }
  throw new StateError(explain({ expected: "an engine that works here", got: "none" }));
}

async function fallback(): Promise<Engine> {
  const isFirst = chosen === undefined;
  const { engine, refused } = await fastestEngine();
  if (!isFirst) return engine;
  for (const [name, reason] of Object.entries(refused)) {
    if (!(reason instanceof MissingEngineError))
      console.warn(`Rondo runs on its engine ${engine.name}. ${name}: ${reason.message}`);
  }
  return engine;
}
