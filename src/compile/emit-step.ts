/** What the bodies of scans and of loops share: a step with its results in their places, and carries that move on. */
import { fullValue } from "../graph/ops/full.ts";
import { scanOp } from "../graph/ops/scan.ts";
import type { Shape, Tensor } from "../graph/tensor.ts";
import type { Instruction, MapInstruction } from "../program/format.ts";
import type { Draft, MemoryBuffer } from "./draft.ts";
import type { Unit } from "./fuse.ts";
import { readsOf, writesOf } from "./plan.ts";
import { type Scope, viewOps } from "./scope.ts";

/** What makes the results of a scan's body, or those of its idle part. */
export interface Step<I extends Instruction> {
  readonly results: readonly Tensor[];
  readonly units: readonly Unit[];
  readonly scope: Scope<I>;
}

/**
 * Emits a step with its results in their places: computed there, or copied at the end.
 *
 * @param emitUnits emits the step's units in order
 */
export function emitStep<I extends Instruction>(
  { results, scope }: Step<I>,
  targets: ReadonlyMap<number, Draft>,
  parameters: ReadonlySet<Tensor>,
  emitUnits: () => void,
): void {
  const copies: { readonly from: Tensor; readonly to: Draft }[] = [];
  for (const [index, to] of targets) {
    const x = results[index]!;
    const isComputed = !parameters.has(x) && fullValue(x) === undefined && !placesItself.has(x.node.op.name);
    if (isComputed && scope.placeOf(x) === undefined) scope.put(x, to);
    else copies.push({ from: x, to });
  }
  emitUnits();
  for (const { from, to } of copies) scope.copy(from, to);
}

/** Ops whose results lie where they choose. */
const placesItself = new Set([...viewOps, scanOp.name]);

/** total += x, elementwise. */
export function addTo<I extends Instruction>(scope: Scope<I>, x: Tensor, total: Draft): void {
  const value = fullValue(x);
  const operand = value === undefined ? ({ kind: "input", index: 1 } as const) : ({ kind: "number", value } as const);
  const sum: MapInstruction = {
    kind: "map",
    shape: x.shape,
    inputs: value === undefined ? [total, scope.read(x)] : [total],
    steps: [{ op: "add", operands: [{ kind: "input", index: 0 }, operand] }],
    outputs: [{ view: total, from: { kind: "value", index: 0 } }],
  };
  scope.emit(sum as Instruction as I);
}

/**
 * Brings the next carries to where the next step reads them. Where the carry's old value is not needed any more when the
 * new one is written, both share memory and nothing moves.
 */
export function keepLocalCarries<I extends Instruction>(
  scope: Scope<I>,
  local: readonly { readonly carry: Draft; readonly next: Tensor }[],
): void {
  const moves: { readonly shape: Shape; readonly from: Draft; readonly to: Draft }[] = [];
  const computed = scope.instructions.length;
  for (const { carry, next } of local) {
    const place = scope.placeOf(next);
    const owned =
      place !== undefined && scope.owns(place.buffer) && !local.some((l) => l.carry.memory === place.memory);
    if (owned) {
      moves.push({ shape: next.shape, from: place, to: carry });
      continue;
    }
    // Another carry, an input or a number: take it aside before anything is overwritten.
    const aside = scope.temporary(next.shape, next.dtype);
    scope.copy(next, aside);
    moves.push({ shape: next.shape, from: aside, to: carry });
  }
  const readers = scope.instructions.map((instruction) => readsOf(instruction) as Draft[]);
  const claimed = new Set<MemoryBuffer>();
  for (const { shape, from, to } of moves) {
    const written = scope.instructions.findIndex((i) =>
      writesOf(i).some((view) => (view as Draft).memory === from.memory),
    );
    const isMap = scope.instructions[written]?.kind === "map";
    const isLast = readers.every((reads, time) =>
      reads.every((view) => {
        if (view.memory !== to.memory) return true;
        return time < written || (time === written && isMap && view.equals(to));
      }),
    );
    const isWhole = from.buffer.size === to.buffer.size && from.strides.every((stride, i) => stride === to.strides[i]);
    const writers = scope.instructions.filter((i) => writesOf(i).some((v) => (v as Draft).memory === from.memory));
    if (isLast && isWhole && written < computed && writers.length === 1 && !claimed.has(from.buffer)) {
      claimed.add(from.buffer);
      from.buffer.alias = to.buffer;
    } else {
      scope.emit({ kind: "copy", shape, input: from, out: to } as Instruction as I);
    }
  }
}
