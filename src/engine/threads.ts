/** How many threads an engine may use. */
import { explain, OptionError, requireInteger, show } from "../errors.ts";

/** More than this serves nobody. */
const MOST_THREADS = 256;

interface Host {
  readonly process?: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    getBuiltinModule?(name: "node:os"): { availableParallelism(): number } | undefined;
  };
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

/** `RONDO_THREADS`, where there are environment variables and it is set. */
export function requestedThreads(): number | undefined {
  const text = (globalThis as Host).process?.env?.RONDO_THREADS;
  if (text === undefined || text === "") return undefined;
  if (/^[1-9][0-9]{0,2}$/.test(text) && Number(text) <= MOST_THREADS) return Number(text);
  const expected = `RONDO_THREADS to be a whole number from 1 to ${MOST_THREADS}`;
  throw new OptionError(explain({ expected, got: show(text), remedy: "leave it unset to use all cores" }));
}

/** Threads that the machine runs side by side; 1 where the host does not say. */
function hardwareThreads(): number {
  const { navigator, process } = globalThis as Host;
  return navigator?.hardwareConcurrency ?? process?.getBuiltinModule?.("node:os")?.availableParallelism() ?? 1;
}

/** How many threads to use: those that a user asked for, else `RONDO_THREADS`, else as many as the machine has, at most `usual`. */
export function threadsFor(given: number | undefined, usual: number): number {
  if (given === undefined) return requestedThreads() ?? Math.min(hardwareThreads(), usual);
  requireInteger("threads", given, 1);
  if (given <= MOST_THREADS) return given;
  throw new OptionError(explain({ expected: `at most ${MOST_THREADS} \`threads\``, got: `${given}` }));
}
