import { explain, OptionError, rejectUnknown, requireNumber, show } from "../../errors.ts";
import {
  div,
  gradients,
  less,
  lessEqual,
  maximum,
  mul,
  pow,
  select,
  sign,
  stack,
  stopGradient,
  sub,
  sum,
  type Tensor,
} from "../../graph/index.ts";
import { globalNorm } from "../optimizers/clip-by-global-norm.ts";
import { scaleByAdam } from "../optimizers/scale-by-adam.ts";
import type { Balance } from "./balance.ts";

export interface GradientNormWeightsOptions {
  /** How strongly tasks that learn more slowly than others are favoured; 0 makes all gradients equally long. @default 1.5 */
  readonly alpha?: number;
  /** Of the weights of the losses, which Adam moves. @default 0.025 */
  readonly learningRate?: number;
  /** The layer whose weights' gradients are compared. @default the last layer with weights that all outputs depend on */
  readonly layer?: string;
}

/** Weights are kept above this, so that no task is lost for good. */
const LEAST = 1e-3;

/**
 * GradNorm (Chen et al. 2018): weights w of the losses that bring the lengths G = ‖w ∇L‖ of the tasks' gradients in a
 * shared layer to Ḡ·rᵅ, where Ḡ is their mean and r how far a task's loss has come down from its first value, L/L₀,
 * divided by the mean of that. Each update of the model takes one step of Adam down Σ |G − Ḡ rᵅ|, whose target counts as
 * constant, and then makes the weights add up to the number of tasks. A task without a gradient in a batch, for it has no
 * targets there, is left out of the means.
 */
export function gradientNormWeights(options: GradientNormWeightsOptions = {}): Balance {
  const name = "gradientNormWeights";
  rejectUnknown(`${name}()`, options, ["alpha", "learningRate", "layer"]);
  const { alpha = 1.5, learningRate = 0.025, layer } = options;
  requireNumber("alpha", alpha, "of at least 0", (x) => x >= 0);
  requireNumber("learningRate", learningRate, "above 0", (x) => x > 0);
  if (layer !== undefined && typeof layer !== "string") {
    throw new OptionError(explain({ expected: `\`layer\` of ${name}() to be a name`, got: show(layer) }));
  }
  const adam = scaleByAdam();
  return {
    name,
    config: { name, alpha, learningRate, ...(layer !== undefined && { layer }) },
    variables: ["weights", "firstLosses", "momentum", "velocity"].map((variable) => ({
      name: variable,
      initial: variable === "weights" ? 1 : 0,
      trained: false,
    })),
    combine(tasks, [weights]) {
      return { loss: sum(mul(weights!, stack(tasks.map(({ loss }) => loss)))), weights: weights! };
    },
    update(tasks, [weights, firstLosses, momentum, velocity], context) {
      const shared = context.shared(layer);
      const losses = stack(tasks.map(({ loss }) => loss));
      const lengths = stack(tasks.map(({ loss }) => globalNorm(gradients(loss, shared))));
      const first = select(lessEqual(firstLosses!, 0), losses, firstLosses!);
      const takesPart = less(0, lengths);
      const meanOf = (x: Tensor) => div(sum(select(takesPart, x, 0)), maximum(sum(takesPart), 1));

      const weighted = mul(weights!, lengths);
      const progress = select(lessEqual(first, 0), 0, div(losses, maximum(first, 1e-30)));
      const slowness = div(progress, maximum(meanOf(progress), 1e-30));
      const target = stopGradient(mul(meanOf(weighted), pow(maximum(slowness, 1e-30), alpha)));
      // d|w ‖∇L‖ − target| / dw, with the target constant.
      const slope = select(takesPart, mul(sign(sub(weighted, target)), lengths), 0);
      const made = adam.update([slope], [momentum!, velocity!], [weights!], context);
      const moved = maximum(sub(weights!, mul(learningRate, made.updates[0]!)), LEAST);
      return [
        { variable: weights!, value: mul(moved, div(tasks.length, sum(moved))) },
        { variable: firstLosses!, value: first },
        { variable: momentum!, value: made.state[0]! },
        { variable: velocity!, value: made.state[1]! },
      ];
    },
  };
}
