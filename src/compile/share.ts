/** Common subexpressions: equal applications of a pure op to the same inputs become one. */

import { apply } from "../graph/op.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { rewrite } from "./rewrite.ts";

export function share(roots: readonly Tensor[]): Tensor[] {
  const known = new Map<string, readonly Tensor[]>();
  return rewrite(roots, (node: Node, inputs) => {
    if (!node.op.pure) return undefined;
    const operands = inputs.map((x) => `${x.node.id}.${x.index}`).join(" ");
    const key = `${node.op.name}(${operands})${JSON.stringify(node.attributes, exactNumbers)}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const same = inputs.every((input, index) => input === node.inputs[index]);
    const made = same ? node.outputs : apply(node.op, inputs, node.attributes);
    known.set(key, made);
    return made;
  });
}

/** JSON has no NaN, infinities or −0: a key must tell them apart. */
function exactNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}
