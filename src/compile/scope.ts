/**
 * Emission: a scope turns the nodes of one block (a whole graph, or the body of a scan) into instructions over drafts.
 *
 * Ops that only look at memory differently (broadcast, reshape, transpose, slice, split) make a view and no instruction.
 * A value that is needed as part of a concatenation is computed right into its place there.
 */

import type { ElementwiseName } from "../graph/op.ts";
import type { ConcatAttributes } from "../graph/ops/concat.ts";
import { fullValue } from "../graph/ops/full.ts";
import { type DType, type Node, type Shape, sameShape, type Tensor } from "../graph/tensor.ts";
import type { Instruction, MapInstruction, MapOperand, SimpleInstruction, View } from "../program/format.ts";
import { type Draft, type MemoryBuffer, newDraft } from "./draft.ts";
import { emitOp } from "./emit-op.ts";
import type { Unit } from "./fuse.ts";
import { writesOf } from "./plan.ts";

export interface ScopeOptions {
  /** Shape that a temporary of this shape takes in memory: in the body of a scan, a block of rows instead of all. */
  readonly resize?: (shape: Shape) => Shape;
  /** Where a tensor lies whose elements are all equal. @default it is filled where it is first read */
  readonly uniform?: (x: Tensor) => Draft;
  /** Where the right operand of a product lies packed, if it does. */
  readonly packed?: (b: Tensor) => Draft | undefined;
}

export class Scope<I extends Instruction = Instruction> {
  readonly instructions: I[] = [];
  readonly #places = new Map<Tensor, Draft>();
  readonly #own = new Set<MemoryBuffer>();
  readonly #slot: number;
  readonly #resize: (shape: Shape) => Shape;
  readonly #concatOf = new Map<Tensor, { readonly whole: Tensor; readonly axis: number; readonly start: number }>();
  readonly #users = new Map<Tensor, Unit[]>();
  readonly #uniform: (x: Tensor) => Draft;
  readonly #packed: (b: Tensor) => Draft | undefined;

  constructor(
    slot: number,
    units: readonly Unit[],
    { resize = (shape) => shape, uniform = (x) => this.#filled(x), packed = () => undefined }: ScopeOptions = {},
  ) {
    this.#slot = slot;
    this.#resize = resize;
    this.#uniform = uniform;
    this.#packed = packed;
    for (const unit of units) {
      for (const node of unit.nodes) {
        for (const x of node.inputs) this.#users.set(x, [...(this.#users.get(x) ?? []), unit]);
        if (node.op.name === "concat") this.#claimParts(node);
      }
    }
  }

  /** Settles where a tensor lies or will lie. */
  put(x: Tensor, draft: Draft): void {
    this.#places.set(x, draft);
  }

  /** Where a tensor lies, if that is settled. */
  placeOf(x: Tensor): Draft | undefined {
    return this.#places.get(x);
  }

  /** Where the right operand of a product lies packed, if it does. */
  packedPlaceOf(b: Tensor): Draft | undefined {
    return this.#packed(b);
  }

  /** A new temporary, row-major. */
  temporary(shape: Shape, dtype: DType): Draft {
    const draft = newDraft(this.#slot, this.#resize(shape), dtype);
    this.#own.add(draft.buffer);
    return draft;
  }

  /** Whether a buffer is that of a temporary of this scope. */
  owns(buffer: MemoryBuffer): boolean {
    return this.#own.has(buffer);
  }

  /** Where to compute a tensor to: a place settled before, its part of a concatenation, or a new temporary. */
  target(x: Tensor): Draft {
    const settled = this.#places.get(x);
    if (settled !== undefined) return settled;
    const part = this.#concatOf.get(x);
    const draft = part === undefined ? this.temporary(x.shape, x.dtype) : this.#partOf(part);
    this.#places.set(x, draft);
    return draft;
  }

  /** Where a scan computes a tensor to, which has a time of its own. */
  targetStill(x: Tensor): Draft {
    return this.target(x);
  }

  /** Where to read a tensor; makes a uniform one real. */
  read(x: Tensor): Draft {
    const settled = this.#places.get(x);
    if (settled !== undefined) return settled;
    const draft = this.#uniform(x);
    this.#places.set(x, draft);
    return draft;
  }

  /** Where a scan reads a tensor. */
  readStill(x: Tensor): Draft {
    return this.read(x);
  }

  #filled(x: Tensor): Draft {
    const value = fullValue(x);
    if (value === undefined) throw new Error(`${x.node.op.name} is used before it is made`);
    const draft = this.temporary(x.shape, x.dtype);
    this.fill(draft, x.shape, value);
    return draft;
  }

  emit(instruction: I): void {
    this.instructions.push(instruction);
  }

  fill(to: Draft, shape: Shape, value: number): void {
    this.emit(filling(to, shape, value) as SimpleInstruction as I);
  }

  copy(from: Tensor, to: Draft): void {
    const value = fullValue(from);
    if (value !== undefined && this.placeOf(from) === undefined) {
      this.fill(to, from.shape, value);
      return;
    }
    const input = this.read(from);
    if (this.#storeWithMap(input, from.shape, to)) return;
    this.emit({ kind: "copy", shape: from.shape, input, out: to } as SimpleInstruction as I);
  }

  /** Has a map that makes or reads what is to be copied store it there as well, if there is one and it may. */
  #storeWithMap(source: Draft, shape: Shape, to: Draft): boolean {
    const touches = (view: View, draft: Draft) => (view as Draft).memory === draft.memory;
    for (let time = this.instructions.length - 1; time >= 0; time--) {
      const instruction: Instruction = this.instructions[time]!;
      if (instruction.kind === "map" && sameShape(instruction.shape, shape)) {
        const { inputs, outputs } = instruction;
        const made = outputs.find(({ view }) => source.equals(view as Draft));
        const index = inputs.findIndex((view) => source.equals(view as Draft));
        if (made !== undefined || index >= 0) {
          const from: MapOperand = made?.from ?? { kind: "input", index };
          this.instructions[time] = { ...instruction, outputs: [...outputs, { view: to, from }] } as Instruction as I;
          return true;
        }
      }
      // Further back, the source is not there yet, or the target would be overwritten.
      if (writesOf(instruction).some((view) => touches(view, source) || touches(view, to))) return false;
    }
    return false;
  }

  /** Emits a unit of one node that is no scan, or a cluster. */
  emitUnit(unit: Unit, isRoot: (x: Tensor) => boolean): void {
    const node = unit.nodes[0]!;
    if (node.op.scalar !== undefined) this.#emitMap(unit, isRoot);
    else emitOp(this as unknown as Scope, node);
  }

  #emitMap(unit: Unit, isRoot: (x: Tensor) => boolean): void {
    const valueAt = new Map(unit.nodes.map((node, index) => [node.outputs[0]!, index]));
    const inputs: Draft[] = [];
    const operand = (x: Tensor): MapOperand => {
      const index = valueAt.get(x);
      if (index !== undefined) return { kind: "value", index };
      const value = fullValue(x);
      if (value !== undefined) return { kind: "number", value };
      const draft = this.read(x);
      const known = inputs.findIndex((other) => other.equals(draft) && other.dtype === draft.dtype);
      return { kind: "input", index: known >= 0 ? known : inputs.push(draft) - 1 };
    };
    const steps = unit.nodes.map((node) => ({
      op: node.op.name as ElementwiseName,
      operands: node.inputs.map(operand),
    }));
    const isNeeded = (x: Tensor) => isRoot(x) || (this.#users.get(x) ?? []).some((user) => user !== unit);
    const outputs = unit.nodes.flatMap((node, index) => {
      const x = node.outputs[0]!;
      return isNeeded(x) ? [{ view: this.target(x), from: { kind: "value", index } as const }] : [];
    });
    const { shape } = unit.nodes[0]!.outputs[0]!;
    this.emit({ kind: "map", shape, inputs, steps, outputs } as SimpleInstruction as I);
  }

  #claimParts(concat: Node): void {
    const { axis } = concat.attributes as ConcatAttributes;
    let start = 0;
    for (const x of concat.inputs) {
      const isComputed = !viewOps.has(x.node.op.name) && x.node.op.name !== "full" && x.node.inputs.length > 0;
      if (isComputed && !this.#concatOf.has(x)) this.#concatOf.set(x, { whole: concat.outputs[0]!, axis, start });
      start += x.shape[axis]!;
    }
  }

  #partOf({ whole, axis, start }: { readonly whole: Tensor; readonly axis: number; readonly start: number }): Draft {
    const draft = this.target(whole);
    return draft.with({ start: draft.start + start * draft.strides[axis]! });
  }
}

/** Writes one number everywhere. */
export function filling(view: View, shape: Shape, value: number): MapInstruction {
  return { kind: "map", shape, inputs: [], steps: [], outputs: [{ view, from: { kind: "number", value } }] };
}

/** Ops that look at the memory of their input. */
export const viewOps = new Set([
  "broadcast",
  "label",
  "reshape",
  "slice",
  "spare",
  "split",
  "stopGradient",
  "transpose",
]);
