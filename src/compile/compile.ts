/** From a computation to a program: simplify, hoist, fuse, emit, plan. */
import { explain, StateError } from "../errors.ts";
import type { Computation } from "../graph/computation.ts";
import type { InputAttributes } from "../graph/ops/input.ts";
import { scanOp } from "../graph/ops/scan.ts";
import { contiguousStrides, type Node, type Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { ARENA, type Binding, FIRST_BINDING, type Instruction, type Program } from "../program/format.ts";
import { Draft, MemoryBuffer } from "./draft.ts";
import { emitUnits } from "./emit-units.ts";
import { fuse } from "./fuse.ts";
import { hoist } from "./hoist.ts";
import { mergeScans } from "./merge-scans.ts";
import { overwrite } from "./overwrite.ts";
import { finished, planMemory } from "./plan.ts";
import { isRare, rare, resultsIn } from "./rarity.ts";
import { countUses } from "./rewrite.ts";
import { schedule } from "./schedule.ts";
import { Scope, viewOps } from "./scope.ts";
import { simplify } from "./simplify.ts";
import { sumColumns } from "./sum-columns.ts";
import { addInProducts } from "./sums.ts";
import { writeUpdates } from "./updates.ts";

export interface Compiled {
  readonly program: Program;
  /** The variables that the program reads or writes; their bindings come after those of the inputs. */
  readonly variables: readonly Tensor[];
}

export interface CompileOptions {
  /** Whether to improve the graph; without, the program does literally what the graph says. @default true */
  readonly optimize?: boolean;
}

export function compile(computation: Computation, { optimize = true }: CompileOptions = {}): Compiled {
  const { inputs, outputs, updates } = computation;
  checkUpdates(updates);
  const written = resultsIn(computation);
  const more = isRare(written) ? rare() : undefined;
  const roots = (more?.improvedRare ?? improved)(written, optimize);
  const variables = variablesOf(
    roots,
    updates.map(({ variable }) => variable),
  );
  const nodes = nodesOf(roots);
  checkSources(nodes, inputs, variables);

  const bindings: Binding[] = [
    ...inputs.map((x) => binding(x, "input")),
    ...variables.map((x) => binding(x, "variable")),
    ...outputs.map((x, i) => ({ name: `output ${i}`, role: "output", shape: x.shape, dtype: x.dtype }) as const),
  ];
  const values = new Set(roots.slice(outputs.length));
  const units = schedule(fuse(nodes), (unit) => unit.nodes.some((node) => node.outputs.some((x) => values.has(x))));
  const scope = new Scope<Instruction>(ARENA, units);
  const sources = [...inputs, ...variables];
  for (const [i, x] of sources.entries()) scope.put(x, bound(i, x));
  const { constants, constantsSize } = more?.placeConstants(nodes, scope) ?? { constants: [], constantsSize: 0 };

  // An output that is computed is computed into its binding; any other is copied there.
  const results = roots.slice(0, outputs.length);
  const copies = results.flatMap((x, i) => {
    const to = bound(sources.length + i, x);
    const isComputed = !viewOps.has(x.node.op.name) && x.node.inputs.length > 0 && x.node.op.name !== scanOp.name;
    if (!isComputed || scope.placeOf(x) !== undefined) return [{ x, to }];
    scope.put(x, to);
    return [];
  });

  const uses = countUses(roots);
  const isRoot = new Set(roots);
  const scratchSize = emitUnits(
    scope,
    units,
    (x) => uses.has(x),
    (x) => isRoot.has(x),
  );
  for (const { x, to } of copies) scope.copy(x, to);
  writeUpdates(
    scope,
    updates.map(({ variable }, i) => ({ variable, value: roots[outputs.length + i]! })),
  );

  const steps = optimize ? sumColumns(scope.instructions) : scope.instructions;
  if (optimize) overwrite(steps);
  const arenaSize = planMemory(steps, ARENA);
  const instructions = steps.map(finished);
  return { variables, program: { arenaSize, constantsSize, scratchSize, constants, bindings, instructions } };
}

/** The graph with scans joined that go through the same steps, and with less to do. */
function improved(written: readonly Tensor[], optimize: boolean): readonly Tensor[] {
  return optimize ? addInProducts(simplify(hoist(simplify(mergeScans(written))))) : mergeScans(written);
}

function variablesOf(roots: readonly Tensor[], written: readonly Tensor[]): Tensor[] {
  const read = nodesOf(roots).flatMap((node) => (node.op.name === "variable" ? node.outputs : []));
  return [...new Set([...read, ...written])];
}

function checkUpdates(updates: Computation["updates"]): void {
  const seen = new Set<Tensor>();
  for (const { variable } of updates) {
    if (seen.has(variable)) {
      const { name } = variable.node.attributes as InputAttributes;
      throw new StateError(explain({ expected: "one new value for each variable", got: `two for ${name}` }));
    }
    seen.add(variable);
  }
}

function checkSources(nodes: readonly Node[], inputs: readonly Tensor[], variables: readonly Tensor[]): void {
  const known = new Set([...inputs, ...variables]);
  for (const node of nodes) {
    const isSource = node.inputs.length === 0 && node.op.name === "input";
    if (!isSource || known.has(node.outputs[0]!)) continue;
    const { name } = node.attributes as InputAttributes;
    const remedy = "list every input that the outputs depend on";
    throw new StateError(explain({ expected: "all inputs to be given to the computation", got: `no ${name}`, remedy }));
  }
}

function binding(x: Tensor, role: "input" | "variable"): Binding {
  return { name: (x.node.attributes as InputAttributes).name, role, shape: x.shape, dtype: x.dtype };
}

function bound(index: number, x: Tensor): Draft {
  return new Draft(new MemoryBuffer(FIRST_BINDING + index, x.size), 0, contiguousStrides(x.shape), 0, x.dtype);
}
