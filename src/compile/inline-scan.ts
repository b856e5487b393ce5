/** A scan of one step is no loop: its step stands in the graph itself, where it fuses with what is around it. */
import { reshape } from "../graph/ops/reshape.ts";
import { groupInputs, type ScanAttributes } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { substitute } from "../graph/walk.ts";

/** @returns what stands for the node's outputs */
export function inlineScan(
  { attributes: { body } }: Node<ScanAttributes>,
  inputs: readonly Tensor[],
): readonly Tensor[] {
  const given = groupInputs(body, inputs);
  const values = new Map<Tensor, Tensor>();
  for (const [i, parameter] of body.carries.entries()) values.set(parameter, given.carries[i]!);
  for (const [i, parameter] of body.xs.entries()) values.set(parameter, reshape(given.xs[i]!, parameter.shape));
  for (const [i, parameter] of body.constants.entries()) values.set(parameter, given.constants[i]!);
  const results = substitute([...body.next, ...body.stacked, ...body.sums], values);
  const isStacked = (i: number) => i >= body.next.length && i < body.next.length + body.stacked.length;
  return results.map((x, i) => (isStacked(i) ? reshape(x, [1, ...x.shape]) : x));
}
