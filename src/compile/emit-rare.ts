/** How ops that few graphs hold become instructions: those that look up, count or draw. */
import type { Draft } from "./draft.ts";
import { type Emitter, emitReduce } from "./emit-op.ts";

export const emitters: Readonly<Record<string, Emitter>> = {
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
