/** What a binary is made of: the C files, the compiler's version and its flags, with one hash over all of them. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const here = new URL("./", import.meta.url);

const simd = ["-msimd128"];
const relaxed = [...simd, "-mrelaxed-simd"];
/** Every thread has an instance of its own; they share a memory that the host makes. */
const threads = [
  "-matomics",
  "-Wl,--shared-memory",
  "-Wl,--import-memory",
  "-Wl,--initial-memory=131072",
  "-Wl,--export=__stack_pointer",
];

/** The builds and what sets them apart. */
export const builds = {
  simd,
  relaxed,
  "simd-threads": [...simd, ...threads],
  "relaxed-threads": [...relaxed, ...threads],
};

export const flags = [
  "--target=wasm32",
  "-std=gnu11",
  "-O3",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-ffreestanding",
  "-nostdlib",
  // Memory holds float32 and int32 alike.
  "-fno-strict-aliasing",
  // Bits of numbers are shifted about in signed integers.
  "-fwrapv",
  // Copies are instructions, not calls of a C library.
  "-mbulk-memory",
  "-Wl,--no-entry",
  "-Wl,--strip-all",
  // Below everything, a stack that runs over traps.
  "-Wl,--stack-first",
  "-Wl,-z,stack-size=65536",
  "-Wl,--max-memory=4294967296",
  "-Wl,--export=__heap_base",
];

/** The C files by name, in a fixed order. */
export function readSources() {
  const names = readdirSync(here).filter((name) => /\.[ch]$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(new URL(name, here), "utf8")]));
}

/** SHA-256 of all that decides what the binary of a build is. */
export function hashOf(build) {
  const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", here), "utf8"));
  const parts = [readSources(), devDependencies["@yowasp/clang"], [...flags, ...builds[build]]];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The module that carries the binary of a build. */
export function moduleOf(build) {
  return new URL(`../src/engine/wasm/binary/${build}.generated.ts`, here);
}
