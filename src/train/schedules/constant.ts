import { rejectUnknown, requireNumber } from "../../errors.ts";
import type { Schedule } from "./schedule.ts";

export interface ConstantOptions {
  readonly learningRate: number;
}

/** Always the same rate; the only schedule beside which callbacks may set the rate. */
export function constant(options: ConstantOptions): Schedule {
  const name = "constant";
  rejectUnknown(`${name}()`, options, ["learningRate"]);
  const { learningRate } = options;
  requireNumber("learningRate", learningRate, "of at least 0", (x) => x >= 0);
  return { name, config: { name, learningRate }, at: () => learningRate };
}
