/** The engines that must agree with the reference engine: those that this machine can run. */
import { type Engine, MissingEngineError } from "../engine.ts";
import { loadAddon } from "../native/addon.ts";
import { nativeEngine } from "../native/native.ts";
import { supports } from "../wasm/instance.ts";
import { wasmEngine } from "../wasm/wasm.ts";

/** A native engine for each instruction set of this processor; none where no C compiler built them. */
function nativeEngines(): Engine[] {
  try {
    return loadAddon().instructionSets.map((instructionSet) => nativeEngine({ instructionSet }));
  } catch (cause) {
    if (cause instanceof MissingEngineError) return [];
    throw cause;
  }
}

export const engines: readonly Engine[] = [
  ...nativeEngines(),
  await wasmEngine({ build: "simd" }),
  ...(supports("relaxed") ? [await wasmEngine({ build: "relaxed" })] : []),
];

/** For the titles of tests. */
export const named = (engine: Engine): string => `${engine.name}, ${engine.detail}`;
