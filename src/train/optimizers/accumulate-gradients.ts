import { add, div, equal, floor, mul, select, type Tensor } from "../../graph/index.ts";
import { perParameter, type Transformation } from "./transformation.ts";

/** Whether batch `step`, from 1, is the last of its `steps` batches: 1 or 0. */
export function endsUpdate(step: Tensor, steps: number): Tensor {
  return equal(step, mul(floor(div(step, steps)), steps));
}

/**
 * Makes one update out of the mean gradient of `steps` batches, as one batch of all their rows would; in between parameters
 * and the state of `inner` stay as they are. To `inner`, the number of the update counts updates, not batches.
 */
export function accumulateGradients(inner: Transformation, steps: number): Transformation {
  return {
    init: (parameters) => [...perParameter(parameters, ["accumulated"]), ...inner.init(parameters)],
    update(gradients, state, parameters, context) {
      const count = gradients.length;
      const sums = gradients.map((gradient, i) => add(state[i]!, gradient));
      const before = state.slice(count);
      const ends = endsUpdate(context.step, steps);
      const made = inner.update(
        sums.map((sum) => div(sum, steps)),
        before,
        parameters,
        { ...context, step: floor(div(add(context.step, steps - 1), steps)) },
      );
      return {
        updates: made.updates.map((update) => select(ends, update, 0)),
        state: [
          ...sums.map((sum) => select(ends, 0, sum)),
          ...made.state.map((next, i) => select(ends, next, before[i]!)),
        ],
      };
    },
  };
}
