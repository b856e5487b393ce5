/** What the bodies of scans and of loops share: a step with its results in their places, and carries that move on. */
import { fullValue } from "../graph/ops/full.ts";
import { scanOp } from "../graph/ops/scan.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Instruction, MapInstruction } from "../program/format.ts";
import type { Draft } from "./draft.ts";
import { type Scope, viewOps } from "./scope.ts";
import { type Move, settle } from "./settle.ts";

/**
 * Emits a step with its results in their places: computed there, or copied at the end.
 *
 * @param emitUnits emits the step's units in order
 */
export function emitStep<I extends Instruction>(
  scope: Scope<I>,
  results: readonly Tensor[],
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

/** Brings the next carries to where the next step reads them. */
export function keepLocalCarries<I extends Instruction>(
  scope: Scope<I>,
  local: readonly { readonly carry: Draft; readonly next: Tensor }[],
): void {
  const computed = scope.instructions.length;
  const moves = local.map(({ carry, next }): Move => {
    let from = scope.placeOf(next);
    if (from === undefined || !scope.owns(from.buffer) || local.some((l) => l.carry.memory === from!.memory)) {
      // Another carry, an input or a number: take it aside before anything is overwritten.
      from = scope.temporary(next.shape, next.dtype);
      scope.copy(next, from);
    }
    return { shape: next.shape, from, to: carry };
  });
  settle(scope, moves, (time) => time < computed);
}
