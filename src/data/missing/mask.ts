import { mean } from "./mean.ts";
import type { MissingStrategy } from "./strategy.ts";

/** The mean, and beside each feature whether it was observed (Lipton, Kale & Wetzel 2016): absence may mean something. */
export const mask: MissingStrategy = { name: "mask", withObserved: true, fill: mean.fill };
