/**
 * Puts units in order, producers before users. Among units that are ready, the one whose operands were made last comes
 * first, while they are in the cache; of several, the one with the shortest way to the end, since what it reads can then
 * be forgotten: weight gradients are computed right after the backward pass of their layer, not at the very end.
 */
import type { Node } from "../graph/tensor.ts";
import type { Unit } from "./fuse.ts";

/** @param isLate units to keep for the end, as far as others do not need them */
export function schedule(units: readonly Unit[], isLate: (unit: Unit) => boolean = () => false): Unit[] {
  const unitOf = new Map<Node, Unit>();
  for (const unit of units) for (const node of unit.nodes) unitOf.set(node, unit);
  const producers = new Map<Unit, Set<Unit>>();
  const users = new Map<Unit, Set<Unit>>(units.map((unit) => [unit, new Set()]));
  for (const unit of units) {
    const needs = new Set<Unit>();
    for (const node of unit.nodes) {
      for (const x of node.inputs) {
        const producer = unitOf.get(x.node);
        if (producer !== undefined && producer !== unit) needs.add(producer);
      }
    }
    producers.set(unit, needs);
    for (const producer of needs) users.get(producer)!.add(unit);
  }

  const distance = distancesToEnd(units, producers, users);
  const missing = new Map([...producers].map(([unit, needs]) => [unit, needs.size]));
  const order: Unit[] = [];
  const ready: Unit[] = [];
  const late: Unit[] = [];
  const enqueue = (fresh: readonly Unit[]) => {
    // The last of the list is taken first.
    for (const unit of fresh) (isLate(unit) ? late : ready).push(unit);
  };
  const byDistance = (a: Unit, b: Unit) => distance.get(b)! - distance.get(a)!;
  enqueue(
    units
      .filter((unit) => missing.get(unit) === 0)
      .sort(byDistance)
      .reverse(),
  );
  while (ready.length > 0 || late.length > 0) {
    const unit = ready.pop() ?? late.shift()!;
    order.push(unit);
    const fresh: Unit[] = [];
    for (const user of users.get(unit)!) {
      const left = missing.get(user)! - 1;
      missing.set(user, left);
      if (left === 0) fresh.push(user);
    }
    enqueue(fresh.sort(byDistance));
  }
  return order;
}

/** The number of units on the longest way from each unit to one that nobody uses. */
function distancesToEnd(
  units: readonly Unit[],
  producers: ReadonlyMap<Unit, ReadonlySet<Unit>>,
  users: ReadonlyMap<Unit, ReadonlySet<Unit>>,
): Map<Unit, number> {
  const distance = new Map<Unit, number>();
  const open = new Map(units.map((unit) => [unit, users.get(unit)!.size]));
  const pending = units.filter((unit) => open.get(unit) === 0);
  while (pending.length > 0) {
    const unit = pending.pop()!;
    let longest = 0;
    for (const user of users.get(unit)!) longest = Math.max(longest, distance.get(user)! + 1);
    distance.set(unit, longest);
    for (const producer of producers.get(unit)!) {
      const left = open.get(producer)! - 1;
      open.set(producer, left);
      if (left === 0) pending.push(producer);
    }
  }
  return distance;
}
