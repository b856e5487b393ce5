/**
 * Puts units in order, producers before users. Among units that are ready, the one whose operands were made last comes
 * first, while they are in the cache; of several, the one with the shortest way to the end, since what it reads can then
 * be forgotten: weight gradients are computed right after the backward pass of their layer, not at the very end.
 */
import type { Node } from "../graph/tensor.ts";
import type { Unit } from "./fuse.ts";

/** @param isLate units to keep for the end, as far as others do not need them */
export function schedule(units: readonly Unit[], isLate: (unit: Unit) => boolean = () => false): Unit[] {
  const { producers, users } = neighboursOf(units);
  const distance = distancesToEnd(producers, users);
  const missing = producers.map(({ length }) => length);
  const order: Unit[] = [];
  // Places in `units`; the last of those that are ready is taken first.
  const ready: number[] = [];
  const late: number[] = [];
  const enqueue = (unit: number) => (isLate(units[unit]!) ? late : ready).push(unit);
  const byDistance = (a: number, b: number) => distance[b]! - distance[a]!;
  const first: number[] = [];
  for (let unit = 0; unit < units.length; unit++) if (missing[unit] === 0) first.push(unit);
  first.sort(byDistance).reverse().forEach(enqueue);
  while (ready.length > 0 || late.length > 0) {
    const unit = ready.pop() ?? late.shift()!;
    order.push(units[unit]!);
    const fresh: number[] = [];
    const own = users[unit]!;
    for (let i = 0; i < own.length; i++) if (--missing[own[i]!]! === 0) fresh.push(own[i]!);
    if (fresh.length > 1) fresh.sort(byDistance);
    fresh.forEach(enqueue);
  }
  return order;
}

/** For each unit those that it needs, and those that need it, by their places, each once. */
function neighboursOf(units: readonly Unit[]): { readonly producers: number[][]; readonly users: number[][] } {
  const unitOf = new Map<Node, number>();
  const producers: number[][] = [];
  const users: number[][] = [];
  for (let unit = 0; unit < units.length; unit++) {
    const { nodes } = units[unit]!;
    for (let at = 0; at < nodes.length; at++) unitOf.set(nodes[at]!, unit);
    producers.push([]);
    users.push([]);
  }
  for (let unit = 0; unit < units.length; unit++) {
    const { nodes } = units[unit]!;
    const needs = producers[unit]!;
    for (let at = 0; at < nodes.length; at++) {
      const { inputs } = nodes[at]!;
      for (let i = 0; i < inputs.length; i++) {
        const producer = unitOf.get(inputs[i]!.node);
        if (producer !== undefined && producer !== unit && !needs.includes(producer)) needs.push(producer);
      }
    }
    for (let i = 0; i < needs.length; i++) users[needs[i]!]!.push(unit);
  }
  return { producers, users };
}

/** The number of units on the longest way from each unit to one that nobody uses. */
function distancesToEnd(producers: readonly number[][], users: readonly number[][]): number[] {
  const distance = new Array<number>(users.length).fill(0);
  const open: number[] = [];
  const pending: number[] = [];
  for (let unit = 0; unit < users.length; unit++) {
    open.push(users[unit]!.length);
    if (open[unit] === 0) pending.push(unit);
  }
  while (pending.length > 0) {
    const unit = pending.pop()!;
    const needs = producers[unit]!;
    for (let i = 0; i < needs.length; i++) {
      const producer = needs[i]!;
      distance[producer] = Math.max(distance[producer]!, distance[unit]! + 1);
      if (--open[producer]! === 0) pending.push(producer);
    }
  }
  return distance;
}
