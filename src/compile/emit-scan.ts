/**
 * Emits a scan: its body as instructions for one step of time, and around it what carries values from step to step.
 *
 * A carry of which all time steps are wanted lives in a history [time + 1, ...] in the arena: each step reads one entry
 * and writes the next, so that "the carry before" and "the carry after" each step are two views of the same memory.
 * Any other carry lives in the scratch memory of its block of rows.
 */
import { fullValue } from "../graph/ops/full.ts";
import { groupInputs, groupOutputs, type ScanAttributes } from "../graph/ops/scan.ts";
import type { Node, Shape, Tensor } from "../graph/tensor.ts";
import { dependents, nodesOf } from "../graph/walk.ts";
import { ARENA, packedSize, SCRATCH, type ScanInstruction, type SimpleInstruction } from "../program/format.ts";
import { resultsOf } from "./body.ts";
import { Draft, MemoryBuffer, newDraft } from "./draft.ts";
import { fuse, type Unit } from "./fuse.ts";
import { planMemory, readsOf, writesOf } from "./plan.ts";
import { independentRows } from "./rows.ts";
import { schedule } from "./schedule.ts";
import { Scope, viewOps } from "./scope.ts";

/** Rows that go through all time steps together: enough to use a weight many times, few enough to stay in the cache. */
const rowsPerBlock = 24;

export interface EmittedScan {
  /** Elements of scratch memory that the scan takes. */
  readonly scratchSize: number;
}

export function emitScan(outer: Scope, node: Node<ScanAttributes>, isUsed: (x: Tensor) => boolean): EmittedScan {
  const { body, steps, reverse } = node.attributes;
  const given = groupInputs(body, node.inputs);
  const outputs = groupOutputs(body, node.outputs);
  const rows = independentRows(body);
  const blockRows = rows === undefined ? 1 : evenBlocks(rows);
  const resize = (shape: Shape): Shape => (rows === undefined ? shape : [blockRows, ...shape.slice(1)]);

  const results = resultsOf(body);
  const idleResults = rows === undefined ? undefined : body.idle?.results;
  const all = [...results, ...(idleResults ?? [])];
  const parameters = new Set([...body.carries, ...body.xs, ...body.constants]);
  const own = nodesOf(all).filter((n) => !n.outputs.some((x) => parameters.has(x)));
  const varies = dependents(all, [...body.carries, ...body.xs]);
  /** The step that makes these results. */
  const stepOf = (wanted: readonly Tensor[]): Step => {
    const inside = new Set(nodesOf(wanted));
    const units = schedule(fuse(own.filter((n) => varies.has(n) && inside.has(n))));
    const scope: Scope<SimpleInstruction> = new Scope<SimpleInstruction>(SCRATCH, units, {
      resize,
      uniform: (x) => outer.read(x),
      packed: packer(outer, varies, (b) => scope.read(b)),
    });
    return { results: wanted, units, scope };
  };
  const step = stepOf(results);
  const idle = idleResults && stepOf(idleResults);
  const put = (x: Tensor, place: Draft) => {
    for (const { scope } of idle ? [step, idle] : [step]) scope.put(x, place);
  };
  const { scope } = step;
  const before: SimpleInstruction[] = [];
  const after: SimpleInstruction[] = [];

  // Parameters: slices of the sequences, and constants where they lie.
  for (const [i, x] of body.xs.entries()) put(x, atTime(outer.read(given.xs[i]!)));
  for (const [i, x] of body.constants.entries()) put(x, outer.read(given.constants[i]!));
  // What is the same at every step is made once, before the loop.
  const fixedUnits = schedule(fuse(own.filter((n) => !varies.has(n) && n.op.name !== "full")));
  const fixed = new Scope(ARENA, fixedUnits, { uniform: (x) => outer.read(x) });
  for (const x of body.constants) fixed.put(x, scope.read(x));
  for (const unit of fixedUnits) {
    fixed.emitUnit(unit, () => true);
    for (const n of unit.nodes) for (const x of n.outputs) put(x, fixed.read(x));
  }
  for (const instruction of fixed.instructions) outer.emit(instruction);

  // Where results go, by their index.
  const targets = new Map<number, Draft>();
  const histories = new Map<number, Draft>();
  const local: { readonly carry: Draft; readonly index: number }[] = [];
  for (const [i, carry] of body.carries.entries()) {
    const next = body.next[i]!;
    if (body.stacked.includes(carry) || body.stacked.includes(next)) {
      const history = newDraft(ARENA, [steps + 1, ...carry.shape], carry.dtype);
      histories.set(i, history);
      const first = entry(history, reverse ? steps : 0);
      outer.copy(given.carries[i]!, first);
      put(carry, shifted(history, reverse ? 1 : 0));
      targets.set(i, shifted(history, reverse ? 0 : 1));
      outer.put(outputs.carries[i]!, entry(history, reverse ? 0 : steps));
    } else {
      const place = scope.temporary(carry.shape, carry.dtype);
      put(carry, place);
      local.push({ carry: place, index: i });
    }
  }
  for (const [i, x] of body.stacked.entries()) {
    const asCarry = body.carries.findIndex((carry, c) => histories.has(c) && (carry === x || body.next[c] === x));
    if (asCarry >= 0) {
      const history = histories.get(asCarry)!;
      const isAfter = body.carries[asCarry] !== x;
      const first = entry(history, isAfter === reverse ? 0 : 1);
      outer.put(outputs.stacked[i]!, first.with({ strides: history.strides }));
      continue;
    }
    targets.set(body.next.length + i, atTime(outer.target(outputs.stacked[i]!)));
  }
  const totals = body.sums.map((x, i) => {
    const total = outer.target(outputs.sums[i]!);
    outer.fill(total, x.shape, 0);
    return { x, total };
  });

  emitStep(step, targets, parameters);
  for (const { x, total } of totals) addTo(scope, x, total);
  keepLocalCarries(
    scope,
    local.map(({ carry, index }) => ({ carry, next: results[index]! })),
  );
  if (idle) {
    emitStep(idle, targets, parameters);
    const moved = local.filter(({ index }) => idle.results[index] !== body.carries[index]);
    keepLocalCarries(
      idle.scope,
      moved.map(({ carry, index }) => ({ carry, next: idle.results[index]! })),
    );
  }

  for (const { carry, index } of local) {
    const { shape } = body.carries[index]!;
    const initial = given.carries[index]!;
    const value = fullValue(initial);
    if (value === undefined) before.push({ kind: "copy", shape, input: outer.read(initial), out: carry });
    else
      before.push({
        kind: "map",
        shape,
        inputs: [],
        steps: [],
        outputs: [{ view: carry, from: { kind: "number", value } }],
      });
    const final = outputs.carries[index]!;
    if (isUsed(final)) after.push({ kind: "copy", shape, input: carry, out: outer.target(final) });
  }

  const scan: ScanInstruction = {
    kind: "scan",
    steps,
    rows: rows ?? 1,
    blockRows,
    rowwise: rows !== undefined,
    reverse,
    before,
    body: scope.instructions,
    after,
    ...(idle && { idle: { mask: scope.read(body.idle!.mask), body: idle.scope.instructions } }),
  };
  outer.emit(scan);
  const lasting = local.map(({ carry }) => carry.buffer.settled);
  return { scratchSize: planMemory([...scope.instructions, ...(idle?.scope.instructions ?? [])], SCRATCH, lasting) };
}

/** What makes the results of a scan's body, or those of its idle part. */
interface Step {
  readonly results: readonly Tensor[];
  readonly units: readonly Unit[];
  readonly scope: Scope<SimpleInstruction>;
}

/** Emits a step with its results in their places: computed there, or copied at the end. */
function emitStep(
  { results, units, scope }: Step,
  targets: ReadonlyMap<number, Draft>,
  parameters: ReadonlySet<Tensor>,
) {
  const copies: { readonly from: Tensor; readonly to: Draft }[] = [];
  for (const [index, to] of targets) {
    const x = results[index]!;
    const isComputed = !parameters.has(x) && fullValue(x) === undefined && !viewOps.has(x.node.op.name);
    if (isComputed && scope.placeOf(x) === undefined) scope.put(x, to);
    else copies.push({ from: x, to });
  }
  for (const unit of units) scope.emitUnit(unit, (x) => results.includes(x));
  for (const { from, to } of copies) scope.copy(from, to);
}

/** The slice of one step of a sequence [time, ...]. */
function atTime(all: Draft): Draft {
  return new Draft(all.buffer, all.start, all.strides.slice(1), all.strides[0]!, all.dtype);
}

/** One entry of a history. */
function entry(history: Draft, index: number): Draft {
  return new Draft(
    history.buffer,
    history.start + index * history.strides[0]!,
    history.strides.slice(1),
    0,
    history.dtype,
  );
}

/** The entry of a history that lies `by` behind that of the time index. */
function shifted(history: Draft, by: number): Draft {
  return atTime(history.with({ start: history.start + by * history.strides[0]! }));
}

/** Block size near `rowsPerBlock`, a multiple of 4, with blocks as equal as can be. */
function evenBlocks(rows: number): number {
  const blocks = Math.ceil(rows / rowsPerBlock);
  return Math.min(rows, Math.ceil(rows / blocks / 4) * 4);
}

/** Weights that multiply at every step are brought into the engine's own layout once, before the loop. */
function packer(outer: Scope, varies: ReadonlySet<Node>, read: (b: Tensor) => Draft): (b: Tensor) => Draft | undefined {
  const packed = new Map<Tensor, Draft>();
  return (b) => {
    if (b.rank !== 2 || varies.has(b.node)) return undefined;
    const known = packed.get(b);
    if (known !== undefined) return known;
    const [k, n] = b.shape as [number, number];
    const out = new Draft(new MemoryBuffer(ARENA, packedSize(k, n)), 0, [], 0, "float32");
    outer.emit({ kind: "pack", shape: [k, n], input: read(b), out });
    packed.set(b, out);
    return out;
  };
}

/** total += x, elementwise. */
function addTo(scope: Scope<SimpleInstruction>, x: Tensor, total: Draft): void {
  const value = fullValue(x);
  const operand = value === undefined ? ({ kind: "input", index: 1 } as const) : ({ kind: "number", value } as const);
  scope.emit({
    kind: "map",
    shape: x.shape,
    inputs: value === undefined ? [total, scope.read(x)] : [total],
    steps: [{ op: "add", operands: [{ kind: "input", index: 0 }, operand] }],
    outputs: [{ view: total, from: { kind: "value", index: 0 } }],
  });
}

/**
 * Brings the next carries to where the next step reads them. Where the carry's old value is not needed any more when the
 * new one is written, both share memory and nothing moves.
 */
function keepLocalCarries(
  scope: Scope<SimpleInstruction>,
  local: readonly { readonly carry: Draft; readonly next: Tensor }[],
): void {
  const moves: { readonly shape: Shape; readonly from: Draft; readonly to: Draft }[] = [];
  const computed = scope.instructions.length;
  for (const { carry, next } of local) {
    const place = scope.placeOf(next);
    const owned =
      place !== undefined && place.buffer.slot === SCRATCH && !local.some((l) => l.carry.buffer === place.buffer);
    if (owned) {
      moves.push({ shape: next.shape, from: place, to: carry });
      continue;
    }
    // Another carry, an input or a number: take it aside before anything is overwritten.
    const aside = scope.temporary(next.shape, next.dtype);
    scope.copy(next, aside);
    moves.push({ shape: next.shape, from: aside, to: carry });
  }
  const readers = scope.instructions.map((instruction) => readsOf(instruction) as Draft[]);
  const claimed = new Set<MemoryBuffer>();
  for (const { shape, from, to } of moves) {
    const written = scope.instructions.findIndex((i) =>
      writesOf(i).some((view) => (view as Draft).buffer === from.buffer),
    );
    const isMap = scope.instructions[written]?.kind === "map";
    const isLast = readers.every((reads, time) =>
      reads.every((view) => {
        if (view.buffer !== to.buffer) return true;
        return time < written || (time === written && isMap && view.equals(to));
      }),
    );
    const isWhole = from.buffer.size === to.buffer.size && from.strides.every((stride, i) => stride === to.strides[i]);
    const writers = scope.instructions.filter((i) => writesOf(i).some((v) => (v as Draft).buffer === from.buffer));
    if (isLast && isWhole && written < computed && writers.length === 1 && !claimed.has(from.buffer)) {
      claimed.add(from.buffer);
      from.buffer.alias = to.buffer;
    } else {
      scope.emit({ kind: "copy", shape, input: from, out: to });
    }
  }
}
