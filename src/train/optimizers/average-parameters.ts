import { lessEqual, select } from "../../graph/index.ts";
import { endsUpdate } from "./accumulate-gradients.ts";
import { runningMean } from "./running-mean.ts";
import { perParameter, type Transformation } from "./transformation.ts";

/** The slot of the moving average of a parameter. */
export const AVERAGE = "average";

/**
 * Leaves the parameters that it gets as they are and keeps an exponential moving average of each: the parameter itself after
 * the first update, as in Keras.
 *
 * @param momentum the share of the old average in the new one
 * @param steps batches of an update
 */
export function averageParameters(momentum: number, steps: number): Transformation {
  return {
    init: (parameters) => perParameter(parameters, [AVERAGE]),
    update: (values, averages, _before, { step }) => ({
      updates: values,
      state: averages.map((average, i) => {
        const next = select(lessEqual(step, steps), values[i]!, runningMean(average, values[i]!, momentum));
        return steps === 1 ? next : select(endsUpdate(step, steps), next, average);
      }),
    }),
  };
}
