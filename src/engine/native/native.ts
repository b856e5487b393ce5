/** The fastest engine: `kernels/` compiled by the system's C compiler, in Node, on threads of its own. */
import { explain, OptionError, rejectUnknown, requireChoice, requireInteger } from "../../errors.ts";
import type { Engine } from "../engine.ts";
import { requestedThreads } from "../threads.ts";
import { loadAddon } from "./addon.ts";
import { NativeBuffer } from "./buffer.ts";
import { NativeExecutable, type Shared } from "./executable.ts";
import { nodeHost } from "./host.ts";
import { Workspace } from "./memory.ts";
import { Runs } from "./runs.ts";

export interface NativeOptions {
  /** `AVX-512`, `AVX2`, `SSE2` or `NEON`. @default the fastest that the processor has */
  readonly instructionSet?: string;
  /** At most 256. Results do not depend on it, bit for bit. @default `RONDO_THREADS`, else one for each core */
  readonly threads?: number;
}

/** `MOST_MEMBERS` of `kernels/native/pool.h`. */
const MOST_THREADS = 256;

/**
 * Makes an engine. Programs of more than some tens of microseconds run off the event loop, others at once.
 * @throws StateError where the host loads no addons, or the addon was not built, or is damaged or of another version
 */
export function nativeEngine(options: NativeOptions = {}): Engine {
  rejectUnknown("nativeEngine()", options, ["instructionSet", "threads"]);
  const host = nodeHost();
  const addon = loadAddon(host);
  const { instructionSet = addon.instructionSets[0]!, threads = requestedThreads() ?? host!.availableParallelism() } =
    options;
  requireChoice("instructionSet", instructionSet, addon.instructionSets);
  requireInteger("threads", threads, 1);
  if (options.threads !== undefined && threads > MOST_THREADS) {
    throw new OptionError(explain({ expected: `at most ${MOST_THREADS} \`threads\``, got: `${threads}` }));
  }
  const members = Math.min(threads, MOST_THREADS);
  const runs = new Runs(addon);
  const shared: Shared = {
    addon,
    set: addon.instructionSets.indexOf(instructionSet),
    runs,
    arena: new Workspace(addon, 1),
    scratch: new Workspace(addon, members),
    work: new Workspace(addon, members),
  };
  return {
    name: "native",
    detail: `${instructionSet}, ${members} ${members === 1 ? "thread" : "threads"}`,
    allocate: (length, dtype) => new NativeBuffer(addon, runs, length, dtype),
    load: (program) => new NativeExecutable(shared, program),
  };
}
