/** What the addon is made of, and how each part is compiled. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const here = new URL("./", import.meta.url);
const kernels = new URL("../", here);

const filesOf = (folder) => readdirSync(folder).filter((name) => /\.[ch]$/.test(name));

/** SHA-256 of all C files: programs are written for these. */
export function hashOfSources() {
  const hash = createHash("sha256");
  for (const folder of [kernels, here]) {
    for (const name of filesOf(folder).sort()) hash.update(`${name}\n${readFileSync(new URL(name, folder), "utf8")}\n`);
  }
  return hash.digest("hex");
}

/** The module that tells the engine which sources it was written for. */
export const expectation = new URL("../../src/engine/native/sources.generated.ts", here);

export function textOfExpectation() {
  return [
    "/** Made by kernels/build.js from the C files; do not edit. */",
    "",
    "/** SHA-256 of the C files that programs are written for. */",
    `export const sources = "${hashOfSources()}";`,
    "",
  ].join("\n");
}

export const flags = [
  "-std=gnu11",
  "-O3",
  "-Wall",
  "-Wextra",
  // Nothing is called from outside with vectors.
  "-Wno-psabi",
  "-fPIC",
  "-fvisibility=hidden",
  // Memory holds float32 and int32 alike.
  "-fno-strict-aliasing",
  // Bits of numbers are shifted about in signed integers.
  "-fwrapv",
  // Nobody asks for errno, nor for floating-point exceptions.
  "-fno-math-errno",
  "-fno-trapping-math",
];

/** The instruction sets that the kernels are compiled for, by their prefix. */
const instructionSets = {
  x64: {
    avx512: ["-march=x86-64-v4", "-mprefer-vector-width=512"],
    avx2: ["-march=x86-64-v3"],
    sse2: ["-march=x86-64"],
  },
};

/** Compiled once: meetings of members do not depend on an instruction set. */
const shared = ["team.c"];

/**
 * All that is to be compiled: each C file of the kernels for each instruction set, and the rest once.
 * @returns {{ name: string, source: URL, flags: string[] }[]}
 */
export function objectsFor(architecture) {
  const sets = instructionSets[architecture] ?? { base: [] };
  const names = new URL("names.h", here).pathname;
  const sources = filesOf(kernels).filter((name) => name.endsWith(".c") && !shared.includes(name));
  const kernelObjects = Object.entries(sets).flatMap(([set, setFlags]) =>
    sources.map((name) => ({
      name: `${set}-${name}`,
      source: new URL(name, kernels),
      flags: [...setFlags, "-include", names, `-DINSTRUCTION_SET=${set}`],
    })),
  );
  const own = filesOf(here)
    .filter((name) => name.endsWith(".c"))
    .map((name) => ({
      name: `native-${name}`,
      source: new URL(name, here),
      flags: [`-DSOURCES="${hashOfSources()}"`],
    }));
  return [...kernelObjects, ...shared.map((name) => ({ name, source: new URL(name, kernels), flags: [] })), ...own];
}
