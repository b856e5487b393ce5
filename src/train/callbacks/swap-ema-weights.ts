import { explain, OptionError } from "../../errors.ts";
import type { Weights } from "../trainee.ts";
import type { Callback } from "./callback.ts";

/**
 * Uses the moving averages that an optimizer with `emaMomentum` keeps of the weights (Polyak & Juditsky 1992): validation
 * measures them, and the model has them when training ends. Training itself goes on from the weights as they are; so does
 * a training that is resumed from a checkpoint, or that is aborted.
 */
export function swapEmaWeights(): Callback {
  let trained: Weights | undefined;
  return {
    name: "swapEmaWeights",
    onTrainBegin(_event, control) {
      trained = undefined;
      if (control.averagedWeights() !== undefined) return;
      const expected = "an optimizer that keeps averages for swapEmaWeights()";
      throw new OptionError(
        explain({ expected, got: "none", remedy: "compile with adam({ emaMomentum: 0.99 }), say" }),
      );
    },
    async onTestBegin(_event, control) {
      trained = await control.getWeights();
      await control.setWeights({ ...trained, ...control.averagedWeights() });
    },
    async onTestEnd(_event, control) {
      if (trained !== undefined) await control.setWeights(trained);
      trained = undefined;
    },
    async onTrainEnd({ stopped }, control) {
      if (stopped === "aborted") return;
      await control.setWeights({ ...(await control.getWeights()), ...control.averagedWeights() });
    },
  };
}
