/**
 * The end of a program: variables get their new numbers. Everything else must have seen the old ones, so a new number is
 * written in place only where no instruction reads the old one later; otherwise it is copied at the end.
 */
import type { Tensor } from "../graph/tensor.ts";
import { ARENA } from "../program/format.ts";
import type { Scope } from "./scope.ts";
import { settle } from "./settle.ts";

export interface Update {
  readonly variable: Tensor;
  readonly value: Tensor;
}

export function writeUpdates(scope: Scope, updates: readonly Update[]): void {
  // Values that lie in a variable themselves are taken aside first: another update may overwrite them.
  const pending = updates.flatMap(({ variable, value }) => {
    const to = scope.placeOf(variable)!;
    let from = scope.read(value);
    if (from.equals(to)) return [];
    if (from.buffer.slot !== ARENA) {
      const aside = scope.temporary(value.shape, value.dtype);
      scope.copy(value, aside);
      from = aside;
    }
    return [{ shape: value.shape, from, to }];
  });

  settle(scope, pending, (time) => scope.instructions[time]!.kind === "map");
}
