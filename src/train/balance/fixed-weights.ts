import { add, constant, mul } from "../../graph/index.ts";
import type { Balance } from "./balance.ts";

/** Σ weight · loss with weights that stay as they are; an output without one counts once. */
export function fixedWeights(weights: Readonly<Record<string, number>>): Balance {
  const weightOf = (output: string) => weights[output] ?? 1;
  return {
    name: "fixedWeights",
    config: { name: "fixedWeights", weights },
    variables: [],
    combine(tasks) {
      const parts = tasks.map(({ output, loss }) => (weightOf(output) === 1 ? loss : mul(loss, weightOf(output))));
      return {
        loss: parts.reduce((total, part) => add(total, part)),
        weights: constant(tasks.map(({ output }) => weightOf(output))),
      };
    },
  };
}
