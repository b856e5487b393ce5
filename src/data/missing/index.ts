/** The list of ways to treat missing values, and the only one. */
import { forward } from "./forward.ts";
import { gruD } from "./gru-d.ts";
import { linear } from "./linear.ts";
import { mask } from "./mask.ts";
import { mean } from "./mean.ts";
import type { MissingStrategy } from "./strategy.ts";

export const missingStrategies = { mask, forward, mean, linear, gruD } as const satisfies Record<
  string,
  MissingStrategy
>;

export type MissingName = keyof typeof missingStrategies;
