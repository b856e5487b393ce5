/** The list of ways to learn the weights of losses, and the only one. */
import { type Config, fromConfig } from "../config.ts";
import { type Balance, isBalance } from "./balance.ts";
import { gradientNormWeights } from "./gradient-norm-weights.ts";
import { uncertaintyWeights } from "./uncertainty-weights.ts";

export const balances = { gradientNormWeights, uncertaintyWeights } as const;

export type BalanceName = keyof typeof balances;

/** Everything that a way to learn the weights may be given as. */
export type BalanceLike = BalanceName | Config | Balance;

/** The balance that a name or a config stands for; a balance stays itself. */
export function resolveBalance(given: BalanceLike): Balance {
  return isBalance(given) ? given : fromConfig("lossWeights", balances, given);
}
