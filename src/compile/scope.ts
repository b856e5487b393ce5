/**
 * Emission: a scope turns the nodes of one block (a whole graph, or the body of a scan) into instructions over drafts.
 *
 * Ops that only look at memory differently (broadcast, reshape, transpose, slice, split) make a view and no instruction.
 * A value that is needed as part of a concatenation is computed right into its place there.
 */

import type { ElementwiseName } from "../graph/op.ts";
import type { ConcatAttributes } from "../graph/ops/concat.ts";
import { fullValue } from "../graph/ops/full.ts";
import type { SliceAttributes } from "../graph/ops/slice.ts";
import { type DType, type Node, type Shape, sameShape, type Tensor } from "../graph/tensor.ts";
import type { Instruction, MapOperand, SimpleInstruction, View } from "../program/format.ts";
import { type Draft, newDraft, reshapeStrides } from "./draft.ts";
import type { Unit } from "./fuse.ts";
import { readsOf, writesOf } from "./plan.ts";

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
    return newDraft(this.#slot, this.#resize(shape), dtype);
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

  /** Where to read a tensor; makes a uniform one real. */
  read(x: Tensor): Draft {
    const settled = this.#places.get(x);
    if (settled !== undefined) return settled;
    const draft = this.#uniform(x);
    this.#places.set(x, draft);
    return draft;
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
    const outputs = [{ view: to, from: { kind: "number", value } as const }];
    this.emit({ kind: "map", shape, inputs: [], steps: [], outputs } as SimpleInstruction as I);
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
    const touches = (view: View, draft: Draft) => (view as Draft).buffer === draft.buffer;
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
      // Further back, the source may not be there yet, and the target may still be written or read.
      if (writesOf(instruction).some((view) => touches(view, source) || touches(view, to))) return false;
      if (readsOf(instruction).some((view) => touches(view, to))) return false;
    }
    return false;
  }

  /** Emits a unit of one node that is no scan, or a cluster. */
  emitUnit(unit: Unit, isRoot: (x: Tensor) => boolean): void {
    const node = unit.nodes[0]!;
    if (node.op.scalar !== undefined) this.#emitMap(unit, isRoot);
    else emitters[node.op.name]!(this as unknown as Scope, node);
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

/** Ops that look at the memory of their input. */
export const viewOps = new Set(["broadcast", "label", "reshape", "slice", "split", "stopGradient", "transpose"]);

type Emitter = (scope: Scope, node: Node) => void;

const emitters: Readonly<Record<string, Emitter>> = {
  full: () => undefined,
  label: (scope, node) => scope.put(node.outputs[0]!, scope.read(node.inputs[0]!)),
  stopGradient: (scope, node) => scope.put(node.outputs[0]!, scope.read(node.inputs[0]!)),

  broadcast(scope, node) {
    const [x, out] = [node.inputs[0]!, node.outputs[0]!];
    const draft = scope.read(x);
    const added = out.rank - x.rank;
    const strides = out.shape.map((size, axis) => {
      return axis < added || x.shape[axis - added] !== size ? 0 : draft.strides[axis - added]!;
    });
    scope.put(out, draft.with({ strides }));
  },

  reshape(scope, node) {
    const [x, out] = [node.inputs[0]!, node.outputs[0]!];
    const draft = scope.read(x);
    const strides = reshapeStrides(x.shape, draft.strides, out.shape);
    if (strides !== undefined && scope.placeOf(out) === undefined) return scope.put(out, draft.with({ strides }));
    // No strides read it in the new order: write it in the old order over a row-major place.
    const to = scope.target(out);
    const written = reshapeStrides(out.shape, to.strides, x.shape)!;
    scope.emit({ kind: "copy", shape: x.shape, input: draft, out: to.with({ strides: written }) });
  },

  transpose(scope, node) {
    const draft = scope.read(node.inputs[0]!);
    const { order } = node.attributes as { readonly order: readonly number[] };
    scope.put(node.outputs[0]!, draft.with({ strides: order.map((axis) => draft.strides[axis]!) }));
  },

  slice(scope, node) {
    scope.put(node.outputs[0]!, sliced(scope.read(node.inputs[0]!), node.attributes as SliceAttributes));
  },

  split(scope, node) {
    const draft = scope.read(node.inputs[0]!);
    const { axis } = node.attributes as { readonly axis: number };
    for (const [part, out] of node.outputs.entries()) {
      scope.put(out, draft.with({ start: draft.start + part * out.shape[axis]! * draft.strides[axis]! }));
    }
  },

  concat(scope, node) {
    const { axis } = node.attributes as ConcatAttributes;
    const whole = scope.target(node.outputs[0]!);
    let start = whole.start;
    for (const x of node.inputs) {
      const part = whole.with({ start });
      const place = scope.placeOf(x);
      if (place === undefined || !place.equals(part)) scope.copy(x, part);
      start += x.shape[axis]! * whole.strides[axis]!;
    }
  },

  unslice(scope, node) {
    const out = node.outputs[0]!;
    const whole = scope.target(out);
    scope.fill(whole, out.shape, 0);
    scope.copy(node.inputs[0]!, sliced(whole, node.attributes as SliceAttributes));
  },

  matmul(scope, node) {
    const [a, b] = node.inputs as readonly [Tensor, Tensor];
    const packed = scope.packedPlaceOf(b);
    const out = node.outputs[0]!;
    scope.emit({
      kind: "matmul",
      shape: out.shape,
      k: a.shape.at(-1)!,
      a: scope.read(a),
      b: packed ?? scope.read(b),
      out: scope.target(out),
      accumulate: false,
      packed: packed !== undefined,
    });
  },

  sum: (scope, node) => emitReduce(scope, node, "sum", (node.attributes as { axes: readonly number[] }).axes),
  max: (scope, node) => emitReduce(scope, node, "max", (node.attributes as { axes: readonly number[] }).axes),
  argmax: (scope, node) => emitReduce(scope, node, "argmax", [(node.attributes as { axis: number }).axis]),

  gather(scope, node) {
    const [table, indices] = node.inputs.map((x) => scope.read(x)) as [Draft, Draft];
    const out = node.outputs[0]!;
    scope.emit({
      kind: "gather",
      shape: out.shape,
      rows: node.inputs[0]!.shape[0]!,
      table,
      indices: indices.with({ strides: [...indices.strides, 0] }),
      out: scope.target(out),
    });
  },

  scatterAdd(scope, node) {
    const [input, indices] = node.inputs.map((x) => scope.read(x)) as [Draft, Draft];
    scope.emit({
      kind: "scatterAdd",
      shape: node.inputs[0]!.shape,
      rows: (node.attributes as { readonly rows: number }).rows,
      input,
      indices: indices.with({ strides: [...indices.strides, 0] }),
      out: scope.target(node.outputs[0]!),
    });
  },

  random(scope, node) {
    const out = node.outputs[0]!;
    const { stream } = node.attributes as { readonly stream: number };
    // The key is read as two words that follow one another.
    let key = scope.read(node.inputs[0]!);
    if (key.strides[0] !== 1) {
      key = scope.temporary([2], "int32");
      scope.copy(node.inputs[0]!, key);
    }
    // The numbers come out row-major: a place with other strides takes a copy.
    const made = scope.temporary(out.shape, "float32");
    scope.emit({
      kind: "random",
      size: out.size,
      stream,
      key,
      out: made.with({ strides: [1] }),
    });
    if (scope.placeOf(out) === undefined) scope.put(out, made);
    else scope.emit({ kind: "copy", shape: out.shape, input: made, out: scope.target(out) });
  },
};

/** The part of a draft that a slice takes. */
export function sliced(draft: Draft, { starts, steps }: SliceAttributes): Draft {
  const skipped = starts.reduce((total, start, axis) => total + start * draft.strides[axis]!, 0);
  return draft.with({
    start: draft.start + skipped,
    strides: draft.strides.map((stride, axis) => stride * steps[axis]!),
  });
}

function emitReduce(scope: Scope, node: Node, fold: "sum" | "max" | "argmax", axes: readonly number[]): void {
  const [x, out] = [node.inputs[0]!, node.outputs[0]!];
  const input = scope.read(x);
  const pick = <T>(list: readonly T[], folded: boolean) => list.filter((_, axis) => axes.includes(axis) === folded);
  scope.emit({
    kind: "reduce",
    fold,
    shape: out.shape,
    reduced: pick(x.shape, true),
    input: input.with({ strides: [...pick(input.strides, false), ...pick(input.strides, true)] }),
    out: scope.target(out),
    accumulate: false,
  });
}
