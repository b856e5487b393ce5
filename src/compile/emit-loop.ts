/**
 * Emits a scan whose step holds scans of its own: a loop of instructions of every kind. Its temporaries lie in the arena,
 * where all rows and threads find them, and are planned like any others.
 */
import { groupInputs, groupOutputs, type ScanAttributes } from "../graph/ops/scan.ts";
import type { Node, Tensor } from "../graph/tensor.ts";
import { nodesOf } from "../graph/walk.ts";
import { ARENA } from "../program/format.ts";
import { resultsOf } from "./body.ts";
import type { Draft } from "./draft.ts";
import { addTo, emitStep, keepLocalCarries } from "./emit-step.ts";
import { emitUnits } from "./emit-units.ts";
import { fuse } from "./fuse.ts";
import { atTime, type History, historyOf } from "./history.ts";
import { LoopScope } from "./loop-scope.ts";
import { countUses } from "./rewrite.ts";
import { schedule } from "./schedule.ts";
import type { Scope } from "./scope.ts";

export function emitLoop(outer: Scope, node: Node<ScanAttributes>): { readonly scratchSize: number } {
  const { body, steps, reverse } = node.attributes;
  const given = groupInputs(body, node.inputs);
  const outputs = groupOutputs(body, node.outputs);
  const results = resultsOf(body);
  const parameters = new Set([...body.carries, ...body.xs, ...body.constants]);
  const units = schedule(fuse(nodesOf(results).filter((n) => !n.outputs.some((x) => parameters.has(x)))));
  const scope = new LoopScope(ARENA, units);
  for (const [i, x] of body.xs.entries()) scope.put(x, atTime(outer.readStill(given.xs[i]!)));
  for (const [i, x] of body.constants.entries()) scope.put(x, outer.readStill(given.constants[i]!));

  const targets = new Map<number, Draft>();
  const histories = new Map<number, History>();
  const local: { readonly carry: Draft; readonly next: Tensor }[] = [];
  for (const [i, carry] of body.carries.entries()) {
    const next = body.next[i]!;
    if (body.stacked.includes(carry) || body.stacked.includes(next)) {
      const history = historyOf(carry, steps, reverse);
      histories.set(i, history);
      outer.copy(given.carries[i]!, history.first);
      scope.put(carry, history.before);
      targets.set(i, history.after);
      outer.put(outputs.carries[i]!, history.last);
    } else {
      const place = outer.temporary(carry.shape, carry.dtype);
      outer.copy(given.carries[i]!, place);
      scope.put(carry, place);
      outer.put(outputs.carries[i]!, place);
      local.push({ carry: place, next });
    }
  }
  for (const [i, x] of body.stacked.entries()) {
    const asCarry = body.carries.findIndex((carry, c) => histories.has(c) && (carry === x || body.next[c] === x));
    if (asCarry >= 0) {
      const stack = histories.get(asCarry)!.stack(body.carries[asCarry] === x ? "before" : "after");
      outer.put(outputs.stacked[i]!, stack);
    } else {
      targets.set(body.next.length + i, atTime(outer.targetStill(outputs.stacked[i]!)));
    }
  }
  const totals = body.sums.map((x, i) => {
    const total = outer.targetStill(outputs.sums[i]!);
    outer.fill(total, x.shape, 0);
    return { x, total };
  });

  let scratchSize = 0;
  const uses = countUses(results);
  emitStep(scope, results, targets, parameters, () => {
    scratchSize = emitUnits(
      scope,
      units,
      (x) => uses.has(x),
      (x) => results.includes(x),
    );
  });
  for (const { x, total } of totals) addTo(scope, x, total);
  keepLocalCarries(scope, local);
  outer.emit({ kind: "loop", steps, reverse, body: scope.instructions });
  return { scratchSize };
}
