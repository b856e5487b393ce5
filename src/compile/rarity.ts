/** Which graphs need code to be compiled that others do without: that code loads with the first of them. */
import type { Computation } from "../graph/computation.ts";
import { type ScanAttributes, scanOp } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { addEncoders } from "../program/encode.ts";
import { resultsOf } from "./body.ts";
import { holdsScan } from "./nested.ts";
import type { OpRules } from "./rare-ops.ts";

/** Ops that cut, look up, count or draw, those that masks are made of, and tables of numbers; see `rare-ops.ts`. */
export const rareNames: ReadonlySet<string> = new Set([
  "argmax",
  "constant",
  "gather",
  "random",
  "scatterAdd",
  "select",
  "slice",
  "spare",
  "stopGradient",
  "unslice",
]);

/** Whether a graph holds such ops, in steps of scans too, scans of one step, or scans within the steps of scans. */
export function isRare(roots: readonly Tensor[]): boolean {
  return nodesOf(roots).some((node) => {
    if (node.op.name !== scanOp.name) return rareNames.has(node.op.name);
    const { body, steps } = (node as Node<ScanAttributes>).attributes;
    return steps === 1 || holdsScan(body) || isRare(resultsOf(body));
  });
}

/** All that a computation gives and writes. */
export function resultsIn({ outputs, updates }: Computation): readonly Tensor[] {
  return [...outputs, ...updates.map(({ value }) => value)];
}

let loaded: typeof import("./rare.ts") | undefined;

/** Gets what the computation needs. Call it before `compile`. */
export async function loadFor(computation: Computation): Promise<void> {
  if (loaded === undefined && isRare(resultsIn(computation))) await loadRare();
}

export async function loadRare(): Promise<void> {
  loaded = await import("./rare.ts");
  addEncoders(loaded.rareEncoders);
}

/** What the passes do with the nodes of a rare op. */
export function rulesOf(op: string): OpRules | undefined {
  return loaded?.rareOps[op];
}

export function rare(): typeof import("./rare.ts") {
  if (loaded === undefined) throw new Error("a rare graph is compiled before what it needs is loaded");
  return loaded;
}
