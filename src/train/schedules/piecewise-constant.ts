import { explain, OptionError, rejectUnknown, show } from "../../errors.ts";
import type { Schedule } from "./schedule.ts";

export interface PiecewiseConstantOptions {
  /** Steps, rising, up to and including which a rate holds. */
  readonly boundaries: readonly number[];
  /** The rates, one more than there are boundaries. */
  readonly values: readonly number[];
}

/** values[0] up to step boundaries[0], then values[1] up to boundaries[1], and so on. */
export function piecewiseConstant(options: PiecewiseConstantOptions): Schedule {
  const name = "piecewiseConstant";
  rejectUnknown(`${name}()`, options, ["boundaries", "values"]);
  const { boundaries, values } = options;
  const rising =
    Array.isArray(boundaries) && boundaries.every((b, i) => Number.isFinite(b) && !(b <= boundaries[i - 1]));
  if (!rising || boundaries.length === 0) {
    throw new OptionError(explain({ expected: "`boundaries` to be rising numbers of steps", got: show(boundaries) }));
  }
  if (!Array.isArray(values) || values.length !== boundaries.length + 1 || !values.every((value) => value >= 0)) {
    const expected = `\`values\` to be ${boundaries.length + 1} rates, one more than \`boundaries\``;
    throw new OptionError(explain({ expected, got: show(values) }));
  }
  return {
    name,
    config: { name, boundaries, values },
    at: (step) => values[boundaries.filter((boundary) => step > boundary).length]!,
  };
}
