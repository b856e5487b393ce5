import { explain, OptionError } from "../../errors.ts";
import { defineInitializer, draw } from "./initializer.ts";

/** Uniform between `low` and `high`. */
export const randomUniform = defineInitializer({
  options: { low: -0.05, high: 0.05 },
  check({ low, high }) {
    if (!(low < high)) {
      throw new OptionError(explain({ expected: "`low` below `high` for randomUniform", got: `${low} and ${high}` }));
    }
  },
  generate: (shape, random, { low, high }) => draw(shape, () => low + (high - low) * random.uniform()),
});
