/** Learning rates that change with the number of updates. They are computed outside the program, in float64. */
import type { Config } from "../config.ts";

export interface Schedule {
  readonly name: string;
  /** Absent for a user's own function, which cannot be saved. */
  readonly config?: Config;
  /** Whether the lists of names must be loaded before `at` can be asked; `compile` sees to that. */
  readonly isToCome?: true;
  /** The learning rate after `step` updates; the first update asks for step 0. */
  at(step: number): number;
}
