/** How each op that is neither elementwise nor a scan becomes instructions, or a view and no instruction. */
import type { ConcatAttributes } from "../graph/ops/concat.ts";
import { operandsOf } from "../graph/ops/matmul.ts";
import type { SplitAttributes } from "../graph/ops/split.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { packedSize } from "../program/format.ts";
import { type Draft, reshapeStrides } from "./draft.ts";
import { rulesOf } from "./rarity.ts";
import type { Scope } from "./scope.ts";

export type Emitter = (scope: Scope, node: Node) => void;

/** Emits one node that is neither elementwise nor a scan. */
export function emitOp(scope: Scope, node: Node): void {
  const { name } = node.op;
  (emitters[name] ?? rulesOf(name)!.emit!)(scope, node);
}

/** Shows its input. */
export const emitSame: Emitter = (scope, node) => scope.put(node.outputs[0]!, scope.read(node.inputs[0]!));

const emitters: Readonly<Record<string, Emitter>> = {
  full: () => undefined,
  label: emitSame,

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

  split(scope, node) {
    const draft = scope.read(node.inputs[0]!);
    const { axis } = node.attributes as SplitAttributes;
    let { start } = draft;
    for (const out of node.outputs) {
      scope.put(out, draft.with({ start }));
      start += out.shape[axis]! * draft.strides[axis]!;
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

  matmul(scope, node) {
    const { a, b, extras } = operandsOf(node);
    // Where rows are left out, the others come in many short runs, each of which reads all of b.
    const packed = extras.rows ? pack(scope, b, scope.read(b)) : scope.packedPlaceOf(b);
    const out = node.outputs[0]!;
    scope.emit({
      kind: "matmul",
      shape: out.shape,
      k: a.shape.at(-1)!,
      a: scope.read(a),
      b: packed ?? scope.read(b),
      out: scope.target(out),
      ...Object.fromEntries(Object.entries(extras).map(([name, x]) => [name, scope.read(x)])),
      packed: packed !== undefined,
    });
  },

  sum: (scope, node) => emitReduce(scope, node, "sum", (node.attributes as { axes: readonly number[] }).axes),
  max: (scope, node) => emitReduce(scope, node, "max", (node.attributes as { axes: readonly number[] }).axes),
};

/** The right operand of a product, which lies at `input`, brought into the engine's layout. */
export function pack(scope: Scope, b: Tensor, input: Draft): Draft {
  const shape = b.shape as readonly [number, number];
  const out = scope.temporary([packedSize(...shape)], "float32").with({ strides: [] });
  scope.emit({ kind: "pack", shape, input, out });
  return out;
}

export function emitReduce(scope: Scope, node: Node, fold: "sum" | "max" | "argmax", axes: readonly number[]): void {
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
