/** Which of the two builds of `kernels/` a host can run, and an instance of it. */
import { explain, StateError } from "../../errors.ts";

/** `relaxed` multiplies and adds in one instruction, `simd` in two. */
export const builds = ["relaxed", "simd"] as const;
export type Build = (typeof builds)[number];

/** The entries of `kernels/run.c`; addresses are counted in bytes. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
  /** Runs a program given by the addresses of its words, of the list of its slots' addresses, and of work memory. */
  run(words: number, slots: number, work: number): void;
  /** Elements of work memory that a program needs. */
  work_size(words: number): number;
}

const V128 = 0x7b;
const LOCAL_GET = 0x20;
const SIMD = 0xfd;

/** A module with one function that applies one vector instruction to its parameters. */
function probe(operands: number, instruction: readonly number[]): Uint8Array<ArrayBuffer> {
  const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
  const parameters = Array.from({ length: operands }, (_, index) => index);
  const body = [0, ...parameters.flatMap((index) => [LOCAL_GET, index]), SIMD, ...instruction, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, operands, ...parameters.map(() => V128), 1, V128]),
    ...section(3, [1, 0]),
    ...section(10, [1, body.length, ...body]),
  ]);
}

/** Instructions that a host must know: f32x4.relaxed_madd and f32x4.add. */
const probes: Readonly<Record<Build, Uint8Array<ArrayBuffer>>> = {
  relaxed: probe(3, [0x85, 0x02]),
  simd: probe(2, [0xe4, 0x01]),
};

/** Whether the host can run a build. */
export function supports(build: Build): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(probes[build]);
}

async function bytesOf(build: Build): Promise<Uint8Array<ArrayBuffer>> {
  const { binary } =
    build === "relaxed" ? await import("./binary/relaxed.generated.ts") : await import("./binary/simd.generated.ts");
  return Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
}

/** Compiles and instantiates a build. @throws StateError where the host cannot run it */
export async function instantiate(build: Build): Promise<Kernels> {
  if (!supports(build)) {
    throw new StateError(
      explain({
        expected: `a host that runs WebAssembly with ${build === "relaxed" ? "relaxed SIMD" : "SIMD"}`,
        got: "one that does not",
        remedy: build === "relaxed" ? "use the build `simd`" : "use the reference engine or a newer host",
      }),
    );
  }
  const { instance } = await WebAssembly.instantiate(await bytesOf(build));
  return instance.exports as unknown as Kernels;
}
