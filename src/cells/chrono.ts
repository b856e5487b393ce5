/** Gates that begin open for as long as what is to be remembered lies back. */
import type { Generate } from "./initializers/initializer.ts";
import { integer, optional } from "./option.ts";

export const chronoOptions = {
  /**
   * The longest dependence to expect, in steps: at first the units remember for between 1 and so many steps, evenly
   * spread (chrono initialization, Tallec & Ollivier 2018), whatever else says how that gate begins. @default null
   */
  chronoSteps: optional(integer(3)),
};

/**
 * The same bias, but for the gate that keeps the state, log(u) with u uniform in [1, steps − 1], and for the gate that
 * lets the input in, if it is another one, the negative of it.
 *
 * @param keeps block of columns of the gate that keeps @param admits of the one that lets in
 */
export function chronoBias(drawn: Generate, steps: number, units: number, keeps: number, admits?: number): Generate {
  return (shape, random) => {
    const bias = drawn(shape, random);
    for (let unit = 0; unit < units; unit++) {
      const kept = Math.log(1 + random.uniform() * (steps - 2));
      bias[keeps * units + unit] = kept;
      if (admits !== undefined) bias[admits * units + unit] = -kept;
    }
    return bias;
  };
}
