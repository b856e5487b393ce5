/** What a step of time does not need where it is masked. */
import type { ScanBody } from "./ops/scan.ts";
import type { Tensor } from "./tensor.ts";
import { lookedAt, reach } from "./walk.ts";

/** The sequences of a scan that its step reads as one number for each row and that decide what it selects. */
export function masksOf(body: ScanBody): Tensor[] {
  const found = new Set<Tensor>();
  reach([...body.next, ...body.stacked, ...body.sums], (x) => {
    if (x.node.op.name === "select") found.add(lookedAt(x.node.inputs[0]!));
    return x.node.inputs;
  });
  return body.xs.filter((x) => x.rank === 1 && found.has(x));
}

/** Everything that the results of a step depend on where `mask` is 0. */
export function neededWhereMasked(body: ScanBody, mask: Tensor): Set<Tensor> {
  return reach([...body.next, ...body.stacked, ...body.sums], (x) => {
    const { op, inputs } = x.node;
    if (op.name === "select" && lookedAt(inputs[0]!) === mask) return [inputs[2]!];
    return op.name === "spare" && inputs[1] === mask ? [] : inputs;
  });
}
