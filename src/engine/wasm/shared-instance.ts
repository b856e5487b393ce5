/** An instance whose memory several threads share. It loads where there are threads. */
import { type Build, compile, type Instance, type TeamKernels } from "./instance.ts";
import { Team } from "./team.ts";

const binaries = {
  relaxed: () => import("./binary/relaxed-threads.generated.ts"),
  simd: () => import("./binary/simd-threads.generated.ts"),
};

/** `--initial-memory` of `kernels/sources.js`. */
const INITIAL_PAGES = 2;

/** Memory for several threads, with room for 4 GiB or for less on hosts that do not set so much aside. */
function sharedMemory(): WebAssembly.Memory | undefined {
  for (const maximum of [65_536, 32_768, 16_384]) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch {
      // Hosts refuse with errors of different kinds; one thread needs no such memory.
    }
  }
  return undefined;
}

/** `undefined` where the host gives no such memory. @throws StateError where it cannot run the build */
export async function instantiateShared(build: Build): Promise<Instance | undefined> {
  const memory = sharedMemory();
  if (memory === undefined) return undefined;
  const module = await compile(build, binaries);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const shared = { kernels: exports as unknown as TeamKernels, memory, module };
  return { ...shared, teamOf: (memory, members, largeWork) => new Team(shared, memory, members, largeWork) };
}
