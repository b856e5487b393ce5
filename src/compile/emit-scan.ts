/**
 * Emits a scan: its body as instructions for one step of time, and around it what carries values from step to step.
 * A carry of which not all time steps are wanted lives in the scratch memory of its block of rows.
 */
import { fullValue } from "../graph/ops/full.ts";
import { groupInputs, groupOutputs, type ScanAttributes } from "../graph/ops/scan.ts";
import type { Node, Shape, Tensor } from "../graph/tensor.ts";
import { dependents, nodesOf } from "../graph/walk.ts";
import { ARENA, SCRATCH, type ScanInstruction, type SimpleInstruction } from "../program/format.ts";
import { rowsOfBlock } from "./block-rows.ts";
import { resultsOf } from "./body.ts";
import type { Draft } from "./draft.ts";
import { pack } from "./emit-op.ts";
import { addTo, emitStep, keepLocalCarries } from "./emit-step.ts";
import { fuse } from "./fuse.ts";
import { atTime, type History, historyOf } from "./history.ts";
import { joinProducts } from "./join-products.ts";
import { planMemory } from "./plan.ts";
import { independentRows } from "./rows.ts";
import { schedule } from "./schedule.ts";
import { filling, Scope } from "./scope.ts";

export interface EmittedScan {
  /** Elements of scratch memory that the scan takes. */
  readonly scratchSize: number;
}

export function emitScan(outer: Scope, node: Node<ScanAttributes>, isUsed: (x: Tensor) => boolean): EmittedScan {
  const { body, steps, reverse } = node.attributes;
  const given = groupInputs(body, node.inputs);
  const outputs = groupOutputs(body, node.outputs);
  const rows = independentRows(body);
  const results = resultsOf(body);
  const idleResults = rows === undefined ? undefined : body.idle?.results;
  const all = [...results, ...(idleResults ?? [])];
  const parameters = new Set([...body.carries, ...body.xs, ...body.constants]);
  const own = nodesOf(all).filter((n) => !n.outputs.some((x) => parameters.has(x)));
  const varies = dependents(all, [...body.carries, ...body.xs]);
  const blockRows = rows === undefined ? 1 : rowsOfBlock(rows, varies, idleResults !== undefined);
  const resize = (shape: Shape): Shape => (rows === undefined ? shape : [blockRows, ...shape.slice(1)]);
  /** The step that makes these results. */
  const stepOf = (wanted: readonly Tensor[]) => {
    const inside = new Set(nodesOf(wanted));
    const units = schedule(fuse(own.filter((n) => varies.has(n) && inside.has(n))));
    const scope: Scope<SimpleInstruction> = new Scope<SimpleInstruction>(SCRATCH, units, {
      resize,
      uniform: (x) => outer.readStill(x),
      packed: packer(outer, varies, (b) => scope.read(b)),
    });
    return { results: wanted, units, scope };
  };
  const step = stepOf(results);
  const idle = idleResults && stepOf(idleResults);
  const parts = idle ? [step, idle] : [step];
  const put = (x: Tensor, place: Draft) => {
    for (const { scope } of parts) scope.put(x, place);
  };
  const { scope } = step;
  const before: SimpleInstruction[] = [];
  const after: SimpleInstruction[] = [];

  // Parameters: slices of the sequences, and constants where they lie.
  for (const [i, x] of body.xs.entries()) put(x, atTime(outer.readStill(given.xs[i]!)));
  for (const [i, x] of body.constants.entries()) put(x, outer.readStill(given.constants[i]!));
  // What is the same at every step is made once, before the loop.
  const fixedUnits = schedule(fuse(own.filter((n) => !varies.has(n) && n.op.name !== "full")));
  const fixed = new Scope(ARENA, fixedUnits, { uniform: (x) => outer.readStill(x) });
  for (const x of body.constants) fixed.put(x, scope.read(x));
  for (const unit of fixedUnits) {
    fixed.emitUnit(unit, () => true);
    for (const n of unit.nodes) for (const x of n.outputs) put(x, fixed.read(x));
  }
  for (const instruction of fixed.instructions) outer.emit(instruction);

  // Where results go, by their index.
  const targets = new Map<number, Draft>();
  const histories = new Map<number, History>();
  const local: { readonly carry: Draft; readonly index: number }[] = [];
  for (const [i, carry] of body.carries.entries()) {
    const next = body.next[i]!;
    if (body.stacked.includes(carry) || body.stacked.includes(next)) {
      const history = historyOf(carry, steps, reverse);
      histories.set(i, history);
      outer.copy(given.carries[i]!, history.first);
      put(carry, history.before);
      targets.set(i, history.after);
      outer.put(outputs.carries[i]!, history.last);
    } else {
      const place = scope.temporary(carry.shape, carry.dtype);
      put(carry, place);
      local.push({ carry: place, index: i });
    }
  }
  for (const [i, x] of body.stacked.entries()) {
    const asCarry = body.carries.findIndex((carry, c) => histories.has(c) && (carry === x || body.next[c] === x));
    if (asCarry >= 0) {
      const stack = histories.get(asCarry)!.stack(body.carries[asCarry] === x ? "before" : "after");
      outer.put(outputs.stacked[i]!, stack);
      continue;
    }
    targets.set(body.next.length + i, atTime(outer.targetStill(outputs.stacked[i]!)));
  }
  const totals = body.sums.map((x, i) => {
    const total = outer.targetStill(outputs.sums[i]!);
    outer.fill(total, x.shape, 0);
    return { x, total };
  });

  for (const { results, units, scope } of parts) {
    emitStep(scope, results, targets, parameters, () => {
      for (const unit of units) scope.emitUnit(unit, (x) => results.includes(x));
    });
    for (const { x, total } of totals) addTo(scope, x, total);
    const moved = local.filter(({ index }) => results[index] !== body.carries[index]);
    keepLocalCarries(
      scope,
      moved.map(({ carry, index }) => ({ carry, next: results[index]! })),
    );
  }

  for (const { carry, index } of local) {
    const { shape } = body.carries[index]!;
    const initial = given.carries[index]!;
    const value = fullValue(initial);
    before.push(
      value === undefined
        ? { kind: "copy", shape, input: outer.readStill(initial), out: carry }
        : filling(carry, shape, value),
    );
    const final = outputs.carries[index]!;
    if (isUsed(final)) after.push({ kind: "copy", shape, input: carry, out: outer.targetStill(final) });
  }

  const lasting = local.map(({ carry }) => carry.buffer.settled);
  const [stepBody, idleBody] = parts.map(({ scope }) =>
    joinProducts(scope.instructions, (buffer) => buffer.slot === SCRATCH && !lasting.includes(buffer)),
  );
  const scan: ScanInstruction = {
    kind: "scan",
    steps,
    rows: rows ?? 1,
    blockRows,
    rowwise: rows !== undefined,
    reverse,
    before,
    body: stepBody!,
    after,
    ...(idleBody && { idle: { mask: scope.read(body.idle!.mask), body: idleBody } }),
  };
  outer.emit(scan);
  return { scratchSize: planMemory([...stepBody!, ...(idleBody ?? [])], SCRATCH, lasting) };
}

/** Weights that multiply at every step are brought into the engine's own layout once, before the loop. */
function packer(outer: Scope, varies: ReadonlySet<Node>, read: (b: Tensor) => Draft): (b: Tensor) => Draft | undefined {
  const packed = new Map<Tensor, Draft>();
  return (b) => {
    if (b.rank !== 2 || varies.has(b.node)) return undefined;
    const out = packed.get(b) ?? pack(outer, b, read(b));
    packed.set(b, out);
    return out;
  };
}
