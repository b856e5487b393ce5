/**
 * Differentiation runs a scan again with further outputs, the values that its backward scan needs. Both are one loop:
 * this pass gives it the outputs of all.
 */
import { applyScan, groupInputs, type ScanAttributes, type ScanBody, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { rewrite } from "./rewrite.ts";

export function mergeScans(roots: readonly Tensor[]): Tensor[] {
  const families: Node<ScanAttributes>[][] = [];
  for (const node of nodesOf(roots)) {
    if (node.op.name !== scanOp.name) continue;
    const scan = node as Node<ScanAttributes>;
    const family = families.find((members) => isSameLoop(members[0]!, scan));
    if (family) family.push(scan);
    else families.push([scan]);
  }
  const familyOf = new Map(families.flatMap((members) => members.map((node) => [node as Node, members] as const)));
  const merged = new Map<unknown, ReturnType<typeof applyScan>>();

  return rewrite(roots, (node, inputs) => {
    const family = familyOf.get(node);
    if (family === undefined || family.length === 1) return undefined;
    const stacked = [...new Set(family.flatMap((member) => member.attributes.body.stacked))];
    const sums = [...new Set(family.flatMap((member) => member.attributes.body.sums))];
    const { body, steps, reverse } = family[0]!.attributes;
    const whole: ScanBody = { ...body, stacked, sums };
    const made = merged.get(family) ?? applyScan(whole, steps, reverse, groupInputs(body, inputs));
    merged.set(family, made);
    const own = (node as Node<ScanAttributes>).attributes.body;
    return [
      ...made.carries,
      ...own.stacked.map((x) => made.stacked[stacked.indexOf(x)]!),
      ...own.sums.map((x) => made.sums[sums.indexOf(x)]!),
    ];
  });
}

function isSameLoop(a: Node<ScanAttributes>, b: Node<ScanAttributes>): boolean {
  const equal = (x: readonly Tensor[], y: readonly Tensor[]) => x.length === y.length && x.every((v, i) => v === y[i]);
  const [p, q] = [a.attributes.body, b.attributes.body];
  return (
    a.attributes.reverse === b.attributes.reverse &&
    equal(a.inputs, b.inputs) &&
    equal([...p.carries, ...p.xs, ...p.constants, ...p.next], [...q.carries, ...q.xs, ...q.constants, ...q.next])
  );
}
