/**
 * Takes out of a scan what nobody needs: outputs that are not used, carries that reach no used output or never change,
 * sequences and constants that the step does not read, the same tensor given or kept twice.
 */
import { full, fullValue } from "../graph/ops/full.ts";
import { applyScan, groupInputs, groupOutputs, type ScanAttributes, type ScanBody } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf, substitute } from "../graph/walk.ts";
import { resultsOf } from "./body.ts";

/** Bodies that are as simple as can be, as long as these outputs of the scan are used. */
const settled = new WeakMap<ScanBody, readonly boolean[]>();

/**
 * @param simplify applied to the body's results
 * @param isUsed whether an output of the old node is used
 * @returns what stands for the node's outputs; `undefined` when there is nothing to do
 */
export function pruneScan(
  node: Node<ScanAttributes>,
  inputs: readonly Tensor[],
  simplify: (roots: readonly Tensor[]) => Tensor[],
  isUsed: (output: Tensor) => boolean,
): readonly Tensor[] | undefined {
  const { body, steps, reverse } = node.attributes;
  const given = groupInputs(body, inputs);

  // One parameter for each outer tensor, none for a uniform one.
  const replaced = new Map<Tensor, Tensor>();
  const unique = (parameters: readonly Tensor[], outer: readonly Tensor[]) => {
    for (const [i, parameter] of parameters.entries()) {
      const value = fullValue(outer[i]!);
      const first = parameters[outer.indexOf(outer[i]!)]!;
      if (value !== undefined) replaced.set(parameter, full(parameter.shape, value));
      else if (first !== parameter) replaced.set(parameter, first);
    }
  };
  // A carry that begins uniform and stays so, the gradient of a state that no later step reads, say, is a number.
  const stays = body.carries.map((_, i) => {
    const value = fullValue(given.carries[i]!);
    return value !== undefined && fullValue(body.next[i]!) === value ? value : undefined;
  });
  for (const [i, carry] of body.carries.entries()) {
    if (stays[i] !== undefined) replaced.set(carry, full(carry.shape, stays[i]));
  }
  unique(body.xs, given.xs);
  unique(body.constants, given.constants);
  const isUsedAt = node.outputs.map(isUsed);
  const isSettled = settled.get(body)?.every((wasUsed, i) => isUsedAt[i] || !wasUsed) ?? false;
  if (isSettled && replaced.size === 0) return undefined;
  const results = simplify(substitute(resultsOf(body), replaced));
  const simple = groupOutputs(body, results);

  // Which outputs are used, and which carries they need.
  const used = groupOutputs(body, isUsedAt);
  const stackedOnce = [...new Set(simple.stacked.filter((x, i) => used.stacked[i] && !body.xs.includes(x)))];
  const sums = simple.sums.filter((_, i) => used.sums[i]);
  const needed = new Set(body.carries.filter((_, i) => used.carries[i] && stays[i] === undefined));
  for (let before = -1; before !== needed.size; ) {
    before = needed.size;
    const live = body.carries.flatMap((carry, i) => (needed.has(carry) ? [simple.carries[i]!] : []));
    const read = new Set(nodesOf([...live, ...stackedOnce, ...sums]).flatMap((n) => n.outputs));
    for (const carry of body.carries) if (read.has(carry)) needed.add(carry);
  }
  const keep = body.carries.map((carry) => needed.has(carry));
  const next = simple.carries.filter((_, i) => keep[i]);
  const read = new Set(nodesOf([...next, ...stackedOnce, ...sums]).flatMap((n) => n.outputs));
  const isRead = (list: readonly Tensor[]) => list.map((x) => read.has(x));
  const [xs, constants] = [isRead(body.xs), isRead(body.constants)];

  const pruned: ScanBody = {
    carries: body.carries.filter((_, i) => keep[i]),
    xs: body.xs.filter((_, i) => xs[i]),
    constants: body.constants.filter((_, i) => constants[i]),
    next,
    stacked: stackedOnce,
    sums,
  };
  const usedCarries = used.carries.filter((_, i) => keep[i]);
  settled.set(pruned, [...usedCarries, ...[...stackedOnce, ...sums].map(() => true)]);
  const made = applyScan(pruned, steps, reverse, {
    carries: given.carries.filter((_, i) => keep[i]),
    xs: given.xs.filter((_, i) => xs[i]),
    constants: given.constants.filter((_, i) => constants[i]),
  });
  const unused = (output: Tensor, value = 0) => full(output.shape, value);
  const place = (flags: readonly boolean[], i: number) => flags.slice(0, i).filter(Boolean).length;
  const outputs = groupOutputs(body, node.outputs);
  return [
    ...outputs.carries.map((output, i) => (keep[i] ? made.carries[place(keep, i)]! : unused(output, stays[i]))),
    ...outputs.stacked.map((output, i) => {
      const x = simple.stacked[i]!;
      if (!used.stacked[i]) return unused(output);
      return body.xs.includes(x) ? given.xs[body.xs.indexOf(x)]! : made.stacked[stackedOnce.indexOf(x)]!;
    }),
    ...outputs.sums.map((output, i) => (used.sums[i] ? made.sums[place(used.sums, i)]! : unused(output))),
  ];
}
