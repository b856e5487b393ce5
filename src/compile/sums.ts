/**
 * Sums of products. What is added to a product is added while the product is made, so that no pass over memory of its
 * own is needed: matmul takes it as a third operand. For that, sums of several terms are put in order: x·W + h·U + b
 * becomes (b + x·W) + h·U, of which the first part leaves the loop.
 */
import { add } from "../graph/ops/add.ts";
import { fullValue } from "../graph/ops/full.ts";
import { matmulOp, matmulWith, operandsOf } from "../graph/ops/matmul.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { applyScan, groupInputs, type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { resultsOf, withResults } from "./body.ts";
import { countUses, rewrite } from "./rewrite.ts";

type Uses = ReadonlyMap<Tensor, number>;

/** The product that a tensor shows, if nobody else uses it and nothing is added to it yet. */
function productOf(x: Tensor, uses: Uses): Tensor | undefined {
  if ((uses.get(x) ?? 1) > 1) return undefined;
  if (x.node.op.name === "reshape") return productOf(x.node.inputs[0]!, uses);
  return x.node.op.name === matmulOp.name && operandsOf(x.node).extras.added === undefined ? x : undefined;
}

/** The terms of a sum, through sums that nobody else uses. */
function termsOf(sum: Tensor, uses: Uses): Tensor[] {
  return sum.node.inputs.flatMap((x) =>
    x.node.op.name === "add" && (uses.get(x) ?? 1) === 1 ? termsOf(x, uses) : [x],
  );
}

/** Whether a sum will be made by products alone: one of its terms is a product, and none is elementwise work. */
export function isMadeByProducts(x: Tensor, uses: Uses): boolean {
  if (x.node.op.name !== "add") return false;
  const terms = termsOf(x, uses);
  return terms.some((term) => productOf(term, uses)) && terms.every((term) => term.node.op.scalar === undefined);
}

/**
 * Puts the terms of sums that hold products in order, lowest `rank` first, products last among equals.
 */
export function orderSums(roots: readonly Tensor[], rank: (term: Tensor, sum: Tensor) => number): Tensor[] {
  const uses = countUses(roots);
  const inner = new Set<Tensor>();
  for (const node of nodesOf(roots)) {
    if (node.op.name !== "add") continue;
    for (const x of node.inputs) if (x.node.op.name === "add" && uses.get(x) === 1) inner.add(x);
  }
  if (inner.size === 0) return [...roots];
  const replaced = new Map<Tensor, Tensor>();
  return rewrite(roots, (node, inputs) => {
    for (const [i, x] of node.inputs.entries()) replaced.set(x, inputs[i]!);
    const [sum] = node.outputs;
    if (node.op.name !== "add" || inner.has(sum!)) return undefined;
    const terms = termsOf(sum!, uses);
    if (terms.length < 3 || !terms.some((term) => productOf(term, uses))) return undefined;
    const place = (term: Tensor) => 2 * rank(term, sum!) + (productOf(term, uses) ? 1 : 0);
    const ordered = [...terms].sort((a, b) => place(a) - place(b));
    return [ordered.map((term) => replaced.get(term) ?? term).reduce(add)];
  });
}

/** Gives products what is added to them, here and in the bodies of scans. */
export function addInProducts(roots: readonly Tensor[]): Tensor[] {
  const forElements = new Set<Tensor>();
  for (const node of nodesOf(roots)) addOperands(forElements, node);
  const ordered = orderSums(roots, (term, sum) => (isBetweenElements(term, sum, forElements) ? 1 : 0));
  const places = placesOfProducts(ordered);
  return rewrite(ordered, (node, inputs) => {
    if (node.op.name === scanOp.name) return addInBody(node as Node<ScanAttributes>, inputs);
    const at = places.get(node);
    if (at === undefined) return undefined;
    const product = shown(inputs[at]!);
    const { a, b, extras } = operandsOf(product.node);
    const added = reshape(inputs[1 - at]!, product.shape);
    return [reshape(matmulWith(a, b, { ...extras, added }), node.outputs[0]!.shape)];
  });
}

/** Adds what elementwise work takes to `forElements`. */
function addOperands(forElements: Set<Tensor>, { op, inputs }: Node): void {
  if (op.scalar) for (const x of inputs) forElements.add(x);
}

/**
 * Whether a term and what follows its sum are elementwise work: with an elementwise sum all of it is one pass over
 * memory, and two where a product makes the sum.
 */
function isBetweenElements(term: Tensor, sum: Tensor, forElements: ReadonlySet<Tensor>): boolean {
  return shown(term).node.op.scalar !== undefined && forElements.has(sum);
}

/** The sums that one of their products shall make, each with the place of that product among its inputs. */
function placesOfProducts(roots: readonly Tensor[]): ReadonlyMap<Node, number> {
  const uses = countUses(roots);
  const found = new Map<Node, number>();
  const forElements = new Set<Tensor>();
  // From the end, so that what becomes of those who use a sum is known.
  for (const node of [...nodesOf(roots)].reverse()) {
    const mayMake = (at: number) => {
      const other = node.inputs[1 - at]!;
      const isOpen = productOf(node.inputs[at]!, uses) !== undefined && fullValue(other) === undefined;
      return isOpen && !isBetweenElements(other, node.outputs[0]!, forElements);
    };
    const place = node.op.name === "add" ? [1, 0].find(mayMake) : undefined;
    if (place !== undefined) found.set(node, place);
    else addOperands(forElements, node);
  }
  return found;
}

function shown(x: Tensor): Tensor {
  return x.node.op.name === "reshape" ? shown(x.node.inputs[0]!) : x;
}

function addInBody(node: Node<ScanAttributes>, inputs: readonly Tensor[]): readonly Tensor[] {
  const { body, steps, reverse } = node.attributes;
  const made = withResults(body, addInProducts(resultsOf(body)));
  const { carries, stacked, sums } = applyScan(made, steps, reverse, groupInputs(body, inputs));
  return [...carries, ...stacked, ...sums];
}
