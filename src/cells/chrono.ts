/** Gates that begin open for as long as what is to be remembered lies back. */
import { generatorOf, type Initializer } from "./initializers/index.ts";
import type { Generate } from "./initializers/initializer.ts";
import { integer, optional } from "./option.ts";

export const chronoOptions = {
  /**
   * The longest dependence to expect, in steps: at first the units remember for between 1 and so many steps, evenly
   * spread (chrono initialization, Tallec & Ollivier 2018), whatever else says how that gate begins. @default null
   */
  chronoSteps: optional(integer(3)),
};

interface BiasOptions {
  readonly biasInitializer: Initializer;
  readonly chronoSteps: number | null;
  /** Whether the gate that keeps the state begins at 1 without `chronoSteps`. @default false */
  readonly unitForgetBias?: boolean;
}

/**
 * How a bias begins: as `biasInitializer` has it without `chronoSteps`, but for a gate that keeps the state and begins at 1;
 * else with log(u), u uniform in [1, steps − 1], for the gate that keeps the state, and the negative of it for the gate that
 * lets the input in, if that is another one.
 *
 * @param keeps block of columns of the gate that keeps @param admits of the one that lets in
 */
export function chronoBias(
  { biasInitializer, chronoSteps, unitForgetBias = false }: BiasOptions,
  units: number,
  keeps: number,
  admits?: number,
): Initializer | Generate {
  if (chronoSteps === null && !unitForgetBias) return biasInitializer;
  const drawn = generatorOf(biasInitializer);
  return (shape, random) => {
    const bias = drawn(shape, random);
    for (let unit = 0; unit < units; unit++) {
      const kept = chronoSteps === null ? 1 : Math.log(1 + random.uniform() * (chronoSteps - 2));
      bias[keeps * units + unit] = kept;
      if (chronoSteps !== null && admits !== undefined) bias[admits * units + unit] = -kept;
    }
    return bias;
  };
}
