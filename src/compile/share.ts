/** Common subexpressions: equal applications of a pure op to the same inputs become one. */

import { apply } from "../graph/op.ts";
import type { Node } from "../graph/tensor.ts";
import type { Rule } from "./rewrite.ts";

/** A rule for one rewrite of a graph: it remembers what it has seen. */
export function sharing(): Rule {
  const known = new Map<string, readonly Node["outputs"][number][]>();
  return (node, inputs) => {
    if (!node.op.pure) return undefined;
    let key = `${node.op.name} ${attributesKey(node.attributes)}`;
    let isSame = true;
    for (let i = 0; i < inputs.length; i++) {
      const x = inputs[i]!;
      key += ` ${x.node.id}.${x.index}`;
      isSame &&= x === node.inputs[i];
    }
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = isSame ? node.outputs : apply(node.op, inputs, node.attributes);
    known.set(key, made);
    return made;
  };
}

/** A node that is applied to other inputs keeps its very attributes: they are written down once. */
const keys = new WeakMap<object, string>();

function attributesKey(attributes: unknown): string {
  if (typeof attributes !== "object" || attributes === null) return "";
  const known = keys.get(attributes);
  if (known !== undefined) return known;
  const key = JSON.stringify(attributes, exactNumbers);
  keys.set(attributes, key);
  return key;
}

/** JSON has no NaN, infinities or −0: a key must tell them apart. */
function exactNumbers(_key: string, value: unknown): unknown {
  if (typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0))) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}
