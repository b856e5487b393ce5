/**
 * Joins products that are added up: x·W + h·U is one instruction, whose sums go on from the first product to the second
 * in registers, where two would write them to memory and read them again.
 */
import type { Factors, MatmulInstruction, SimpleInstruction } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import { mayWait, memoryOf } from "./may-wait.ts";
import { readsOf, writesOf } from "./plan.ts";

/**
 * @param instructions the step of a scan
 * @param isLocal whether nobody needs what lies in a buffer when the step has ended
 * @returns the step with the second of two products in the place of both
 */
export function joinProducts(
  instructions: readonly SimpleInstruction[],
  isLocal: (buffer: MemoryBuffer) => boolean,
): SimpleInstruction[] {
  const joined: (SimpleInstruction | undefined)[] = [...instructions];
  for (const [at, second] of instructions.entries()) {
    if (!isAlone(second) || second.added === undefined || !isLocal(memoryOf(second.added))) continue;
    const [before, last, ...more] = placesThatTouch(memoryOf(second.added), instructions);
    const first = joined[before!];
    const isOnlyAdded = first && isAlone(first) && last === at && more.length === 0;
    if (!isOnlyAdded || !(second.added as Draft).equals(first.out as Draft)) continue;
    // The first is made later now, and what it reads has to be there still while the result is written.
    const overwrites = readsOf(first).some((view) => memoryOf(view) === memoryOf(second.out));
    if (overwrites || !mayWait(first, instructions.slice(before! + 1, at))) continue;
    joined[before!] = undefined;
    joined[at] = { ...first, out: second.out, also: factorsOf(second) };
  }
  return joined.filter((instruction) => instruction !== undefined);
}

const factorsOf = ({ k, a, b }: MatmulInstruction): Factors => ({ k, a, b });

/** Whether it is a product of packed matrices, of which rows lie as they are read, and no two. */
function isAlone(x: SimpleInstruction): x is MatmulInstruction {
  return x.kind === "matmul" && x.packed && x.shape.length === 2 && x.a.strides[1] === 1 && x.also === undefined;
}

/** The places of the instructions that read or write a buffer. */
function placesThatTouch(memory: MemoryBuffer, instructions: readonly SimpleInstruction[]): number[] {
  return instructions.flatMap((x, at) =>
    [...readsOf(x), ...writesOf(x)].some((v) => memoryOf(v) === memory) ? [at] : [],
  );
}
