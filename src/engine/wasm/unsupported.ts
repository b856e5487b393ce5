import { explain, StateError } from "../../errors.ts";
import type { Build } from "./instance.ts";

/** The error for a host that cannot run a build. It loads on such a host. */
export function unsupported(build: Build): StateError {
  const isRelaxed = build === "relaxed";
  return new StateError(
    explain({
      expected: `a host that runs WebAssembly with ${isRelaxed ? "relaxed SIMD" : "SIMD"}`,
      got: "one that does not",
      remedy: isRelaxed ? "use the build `simd`" : "use the reference engine or a newer host",
    }),
  );
}
