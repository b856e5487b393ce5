/**
 * Takes work out of the loop over time. What depends on the sequences alone is done before it, for all steps at once:
 * the input projections become one large product. What no later step needs is done after it: weight gradients become
 * one product over the stacked values of all steps. What depends on the carry and is needed by it stays, and so do
 * projections by small weights.
 *
 * Only work that gains from being done at once moves (products, table look-ups, sums over rows). Elementwise work is best
 * where its operands are in the cache.
 */
import { apply, applyOne } from "../graph/op.ts";
import { add } from "../graph/ops/add.ts";
import { input } from "../graph/ops/input.ts";
import { matmul, transposeLast } from "../graph/ops/matmul.ts";
import { mul } from "../graph/ops/mul.ts";
import { neg } from "../graph/ops/neg.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { applyScan, groupInputs, type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import { sum } from "../graph/ops/sum.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { dependents, nodesOf, substitute } from "../graph/walk.ts";
import { resultsOf, withResults } from "./body.ts";
import { holdsScan } from "./nested.ts";
import { projectionsInLoops } from "./projections.ts";
import { countUses, rewrite } from "./rewrite.ts";
import { isMadeByProducts, orderSums } from "./sums.ts";
import { isVectorizable, type Outside, overTime, vectorize } from "./vectorize.ts";

const heavy = new Set(["matmul", "gather", "sum", "max", "argmax"]);

export function hoist(roots: readonly Tensor[]): Tensor[] {
  const staying = projectionsInLoops(roots);
  return rewrite(roots, (node, inputs) =>
    isScanOfSteps(node) ? hoistScan(before(node as Node<ScanAttributes>, inputs, staying)) : undefined,
  );
}

/** Work of segments of time stays in its segment: that saves memory, and it is large enough to be done by itself. */
const isScanOfSteps = (node: Node) =>
  node.op.name === scanOp.name && !holdsScan((node as Node<ScanAttributes>).attributes.body);

/** A scan taken apart: its attributes and its inputs in groups. */
interface Loop extends ScanAttributes {
  readonly carries: readonly Tensor[];
  readonly xs: readonly Tensor[];
  readonly constants: readonly Tensor[];
}

/** Moves what does not depend on the carry in front of the loop. */
function before(node: Node<ScanAttributes>, inputs: readonly Tensor[], staying: ReadonlySet<Node>): Loop {
  const { body, steps, reverse } = node.attributes;
  const given = groupInputs(body, inputs);
  const dependent = dependents(resultsOf(body), body.carries);
  const results = orderSums(resultsOf(body), (term) => (dependent.has(term.node) ? 1 : 0));
  const inLoop = dependents(results, body.carries);
  const outside = outsideValues(body, given, steps);
  const uses = countUses(results);
  // A product that is summed over time becomes one over all steps behind the loop, not one for each in front of it.
  const summed = new Set(results.slice(results.length - body.sums.length).flatMap(termsOf));

  const xs: Tensor[] = [];
  const constants: Tensor[] = [];
  const outerXs: Tensor[] = [];
  const outerConstants: Tensor[] = [];
  const replaced = new Map<Tensor, Tensor>();
  for (const n of nodesOf(results)) {
    const { op, inputs } = n;
    const x = n.outputs[0]!;
    if (inLoop.has(n) || op.name === "full") continue;
    if (op.name === "matmul" && summed.has(x) && uses.get(x) === 1) continue;
    const value = outside(x);
    if (value === undefined) continue;
    // What is added to a product goes with it: it costs nothing there.
    const isHeavy = heavy.has(op.name) || isMadeByProducts(x, uses);
    const moves = isHeavy || (!value.varies && op.scalar !== undefined);
    const stays = staying.has(n) || (op.name === "add" && inputs.some((operand) => staying.has(operand.node)));
    if (!moves || stays) continue;
    const parameter = input(value.varies ? "hoisted" : "invariant", x.shape, x.dtype);
    replaced.set(x, parameter);
    (value.varies ? xs : constants).push(parameter);
    (value.varies ? outerXs : outerConstants).push(value.value);
  }
  const wider = { ...body, xs: [...body.xs, ...xs], constants: [...body.constants, ...constants] };
  return {
    steps,
    reverse,
    body: withResults(wider, substitute(results, replaced)),
    carries: given.carries,
    xs: [...given.xs, ...outerXs],
    constants: [...given.constants, ...outerConstants],
  };
}

/** What a sum over time adds up. */
function termsOf(x: Tensor): Tensor[] {
  const { op, inputs } = x.node;
  return op.name === "add" || op.name === "neg" ? inputs.flatMap(termsOf) : [x];
}

/** Gives body tensors that do not depend on the carry (`undefined` for those that do) their value outside the loop. */
function outsideValues(
  body: ScanAttributes["body"],
  given: { readonly xs: readonly Tensor[]; readonly constants: readonly Tensor[] },
  steps: number,
): (x: Tensor) => Outside | undefined {
  const known = new Map<Tensor, Outside | undefined>();
  for (const [i, x] of body.xs.entries()) known.set(x, { value: given.xs[i]!, varies: true });
  for (const [i, x] of body.constants.entries()) known.set(x, { value: given.constants[i]!, varies: false });
  for (const x of body.carries) known.set(x, undefined);
  return function outside(x: Tensor): Outside | undefined {
    if (known.has(x)) return known.get(x);
    const { node } = x;
    if (node.op.name === "full") return { value: x, varies: false };
    const inputs = node.inputs.map(outside);
    const isFixed = (operand: Tensor) => outside(operand)?.varies === false;
    const usable = inputs.every((value) => value !== undefined) && isVectorizable(node, isFixed);
    if (!usable) {
      known.set(x, undefined);
      return undefined;
    }
    const given = inputs as Outside[];
    const varies = given.some((value) => value.varies);
    const values = varies
      ? vectorize(node, given, steps)
      : apply(
          node.op,
          given.map(({ value }) => value),
          node.attributes,
        );
    for (const [i, output] of node.outputs.entries()) known.set(output, { value: values[i]!, varies });
    return known.get(x);
  };
}

/** Ops that look at memory differently: what is stacked is the memory, and the look follows outside. */
const looks = new Set(["broadcast", "reshape", "transpose"]);

/** Moves what no later step needs behind the loop, and makes the scan. */
function hoistScan({ body, steps, reverse, ...given }: Loop): readonly Tensor[] {
  const needed = new Set(nodesOf(body.next));
  const inLoop = dependents([...body.stacked, ...body.sums], body.carries);
  const outside = outsideValues(body, given, steps);
  const isFixed = (x: Tensor) => !inLoop.has(x.node) && outside(x)?.varies === false;
  const holdsHeavy = new Map<Node, boolean>();
  for (const node of nodesOf([...body.stacked, ...body.sums])) {
    const isOrHolds = heavy.has(node.op.name) || node.inputs.some((x) => holdsHeavy.get(x.node));
    holdsHeavy.set(node, isOrHolds && !needed.has(node) && isVectorizable(node, isFixed));
  }

  // First find what must be stacked, then make the loop, then compute the results from the stacks.
  const stacked = new Set<Tensor>();
  const collect = (x: Tensor): void => {
    if (!inLoop.has(x.node) && outside(x) !== undefined) return;
    if (holdsHeavy.get(x.node) || looks.has(x.node.op.name)) for (const operand of x.node.inputs) collect(operand);
    else stacked.add(x);
  };
  const collectSum = (x: Tensor): void => {
    if (x.node.op.name === "add" || x.node.op.name === "neg") for (const part of x.node.inputs) collectSum(part);
    else if (x.node.op.name === "scatterAdd") for (const operand of x.node.inputs) collect(operand);
    else collect(x);
  };
  for (const x of body.stacked) collect(x);
  for (const x of body.sums) collectSum(x);

  const stacks = [...stacked];
  const made = applyScan({ ...body, stacked: stacks, sums: [] }, steps, reverse, given);
  const known = new Map(stacks.map((x, i) => [x, { value: made.stacked[i]!, varies: true }]));
  const after = (x: Tensor): Outside => {
    const found = known.get(x) ?? (inLoop.has(x.node) ? undefined : outside(x));
    if (found !== undefined) return found;
    const values = vectorize(x.node, x.node.inputs.map(after), steps);
    for (const [i, output] of x.node.outputs.entries()) known.set(output, { value: values[i]!, varies: true });
    return known.get(x)!;
  };
  const total = (x: Tensor): Tensor => {
    const { op, inputs } = x.node;
    if (op.name === "add") return add(total(inputs[0]!), total(inputs[1]!));
    if (op.name === "neg") return neg(total(inputs[0]!));
    if (op.name === "scatterAdd") {
      const [values, indices] = inputs.map((operand) => overTime(after(operand), steps));
      return applyOne(op, [values!, indices!], x.node.attributes);
    }
    if (op.name === "matmul" && x.rank === 2) return productOverTime(after(inputs[0]!), after(inputs[1]!), steps);
    const all = after(x);
    return all.varies ? sum(all.value, { axes: [0] }) : mul(steps, all.value);
  };
  return [...made.carries, ...body.stacked.map((x) => overTime(after(x), steps)), ...body.sums.map(total)];
}

/**
 * Σ_t A_t B_t = [A_1 A_2 …] [B_1; B_2; …]: one product whose inner axis runs over time and rows. For a weight gradient
 * A_t is the transpose of what is stacked, so that no number moves.
 */
function productOverTime(a: Outside, b: Outside, steps: number): Tensor {
  const left = transposeLast(overTime(a, steps));
  const right = overTime(b, steps);
  const [rows, columns] = [left.shape[2]!, right.shape[2]!];
  return matmul(transposeLast(reshape(left, [-1, rows])), reshape(right, [-1, columns]));
}
