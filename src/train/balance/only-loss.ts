import { constant } from "../../graph/index.ts";
import type { Balance } from "./balance.ts";

/** The loss of a single output. */
export const onlyLoss: Balance = {
  name: "fixedWeights",
  config: { name: "fixedWeights", weights: {} },
  variables: [],
  combine: ([task]) => ({ loss: task!.loss, weights: constant([1]) }),
};
