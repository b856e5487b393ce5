/** How ops that few graphs hold go through the passes: those that cut, look up, count, draw or choose. */
import { apply } from "../graph/op.ts";
import { full, fullValue } from "../graph/ops/full.ts";
import type { SliceAttributes } from "../graph/ops/slice.ts";
import { type Node, type Shape, sameShape } from "../graph/tensor.ts";
import { keepsValue, type OpRule } from "./algebra.ts";
import type { Draft } from "./draft.ts";
import { type Emitter, emitReduce, emitSame } from "./emit-op.ts";
import type { RowRule } from "./rows.ts";
import { axisLater, overTime, type VectorRule } from "./vectorize.ts";

/** What the passes do with the nodes of an op; what is not there, they leave alone. */
export interface OpRules {
  readonly simplify?: OpRule;
  readonly vectorize?: VectorRule;
  readonly keepsRows?: RowRule;
  readonly emit?: Emitter;
}

const cutOf = (node: Node) => node.attributes as SliceAttributes;
const wholeOf = (node: Node) => (node.attributes as { readonly shape: Shape }).shape;
const axisOf = (node: Node) => (node.attributes as { readonly axis: number }).axis;

function cutOverTime({ starts, sizes, steps }: SliceAttributes, time: number): SliceAttributes {
  return { starts: [0, ...starts], sizes: [time, ...sizes], steps: [1, ...steps] };
}

/** Whether rows stay where they are: cuts go along other axes. */
const cutsNoRows: RowRule = (node, rows) => {
  const { starts, sizes, steps } = cutOf(node);
  return node.inputs[0]!.shape[0] === rows && starts[0] === 0 && sizes[0] === rows && steps[0] === 1;
};

/** The part of a draft that a slice takes. */
function sliced(draft: Draft, { starts, steps }: SliceAttributes): Draft {
  const skipped = starts.reduce((total, start, axis) => total + start * draft.strides[axis]!, 0);
  return draft.with({
    start: draft.start + skipped,
    strides: draft.strides.map((stride, axis) => stride * steps[axis]!),
  });
}

export const rareOps: Readonly<Record<string, OpRules>> = {
  argmax: {
    vectorize: (node, [x]) => apply(node.op, [x!.value], axisLater(node)),
    keepsRows: (node) => axisOf(node) !== 0,
    emit: (scope, node) => emitReduce(scope, node, "argmax", [axisOf(node)]),
  },

  gather: {
    vectorize: (node, [table, indices]) => apply(node.op, [table!.value, indices!.value], null),
    keepsRows: ({ inputs: [table, indices] }, rows, isFixed) => isFixed(table!) && indices!.shape[0] === rows,
    emit(scope, node) {
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
  },

  random: {
    emit(scope, node) {
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
  },

  scatterAdd: {
    emit(scope, node) {
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
  },

  select: {
    simplify([condition, a, b]) {
      const value = fullValue(condition!);
      if (value !== undefined) return value !== 0 ? a : b;
      return a === b ? a : undefined;
    },
  },

  slice: {
    simplify([x], node) {
      const isWhole = sameShape(x!.shape, node.outputs[0]!.shape) && cutOf(node).steps.every((step) => step === 1);
      return isWhole ? x : keepsValue([x!], node);
    },
    vectorize: (node, [x], time) => apply(node.op, [x!.value], cutOverTime(cutOf(node), time)),
    keepsRows: cutsNoRows,
    emit: (scope, node) => scope.put(node.outputs[0]!, sliced(scope.read(node.inputs[0]!), cutOf(node))),
  },

  spare: {
    simplify([x, mask], node) {
      if (fullValue(x!) !== undefined) return x;
      const value = fullValue(mask!);
      if (value === undefined) return undefined;
      return value === 0 ? full(node.outputs[0]!.shape, 0) : x;
    },
    // Afterwards, what is there is there.
    vectorize: (_node, [x], time) => [overTime(x!, time)],
    keepsRows: () => true,
    emit: emitSame,
  },

  stopGradient: { simplify: ([x]) => x, keepsRows: () => true, emit: emitSame },

  unslice: {
    simplify: ([x], node) => (fullValue(x!) === 0 ? full(wholeOf(node), 0) : undefined),
    vectorize(node, [x], time) {
      return apply(node.op, [x!.value], { shape: [time, ...wholeOf(node)], ...cutOverTime(cutOf(node), time) });
    },
    keepsRows: cutsNoRows,
    emit(scope, node) {
      const out = node.outputs[0]!;
      const whole = scope.target(out);
      scope.fill(whole, out.shape, 0);
      scope.copy(node.inputs[0]!, sliced(whole, cutOf(node)));
    },
  },
};
