/**
 * Sums of columns beside products. The gradient of a bias sums up what the gradient of weights is a product of: the
 * product reads it anyway, and sums it up on the way.
 */
import { mergeDimensions } from "../program/dimensions.ts";
import type { Instruction, MatmulInstruction, ReduceInstruction } from "../program/format.ts";
import type { Draft } from "./draft.ts";
import { mayWait } from "./may-wait.ts";

/** @returns the instructions, in which products have taken over sums that they may make */
export function sumColumns(instructions: readonly Instruction[]): Instruction[] {
  const made: (Instruction | undefined)[] = [...instructions];
  for (const [at, sum] of instructions.entries()) {
    if (!isSumOfRows(sum)) continue;
    const product = nearest(at, instructions.length, (place) => {
      const candidate = made[place];
      if (candidate === undefined || !mayTake(candidate, sum)) return false;
      // Both are done where the later one stands.
      const [first, last] = [Math.min(at, place), Math.max(at, place)];
      return mayWait(made[first]!, made.slice(first + 1, last));
    });
    if (product === undefined) continue;
    made[Math.max(at, product)] = { ...(made[product] as MatmulInstruction), columnSums: sum.out };
    made[Math.min(at, product)] = undefined;
  }
  return made.filter((instruction) => instruction !== undefined);
}

/** The place next to another where something holds. */
function nearest(to: number, count: number, holds: (place: number) => boolean): number | undefined {
  for (let apart = 1; apart < count; apart++) {
    for (const place of [to + apart, to - apart]) if (place >= 0 && place < count && holds(place)) return place;
  }
  return undefined;
}

function isSumOfRows(x: Instruction): x is ReduceInstruction {
  return x.kind === "reduce" && x.fold === "sum" && !x.accumulate && x.shape.length === 1 && x.out.strides[0] === 1;
}

/** Whether a product multiplies by the very matrix of which a sum adds up the rows, by all of it. */
function mayTake(x: Instruction, { shape, reduced, input }: ReduceInstruction): boolean {
  if (x.kind !== "matmul" || x.packed || x.rows || x.inner || x.columnSums) return false;
  if (x.shape.length !== 2 || x.shape[0] === 0) return false;
  const rows = mergeDimensions(reduced, [input.strides.slice(1)]);
  const strides = [...rows.strides[0]!, input.strides[0]!];
  const [b, z] = [x.b as Draft, input as Draft];
  const isSame = b.memory === z.memory && b.equals(z.with({ strides }));
  return (
    isSame && x.out.strides[1] === 1 && rows.shape.length === 1 && rows.shape[0] === x.k && x.shape[1] === shape[0]
  );
}
