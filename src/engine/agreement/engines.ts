/** The engines that must agree with the reference engine. */
import type { Engine } from "../engine.ts";
import { supports } from "../wasm/instance.ts";
import { wasmEngine } from "../wasm/wasm.ts";

export const engines: readonly Engine[] = [
  await wasmEngine({ build: "simd" }),
  ...(supports("relaxed") ? [await wasmEngine({ build: "relaxed" })] : []),
];

/** For the titles of tests. */
export const named = (engine: Engine): string => `${engine.name}, ${engine.detail}`;
