import { number, rate } from "../cells/option.ts";
import { add, div, less, maximum, mean, mul, select, sqrt, square, sub, sum, type Tensor } from "../graph/index.ts";
import { defineLayer, type LayerOptions } from "./define.ts";
import type { Layer } from "./layer.ts";
import { clean, expandMask } from "./mask.ts";
import { scaleAndCenter, scaleAndCenterOptions, scaleAndCenterWeights } from "./scale-and-center.ts";
import type { Trace } from "./trace.ts";
import type { Value } from "./value.ts";

/** Mean and variance of each feature over all rows and steps that count, and how many those are if a mask says it. */
function momentsOf({ tensor, mask }: Value) {
  const axes = tensor.shape.map((_, axis) => axis).slice(0, -1);
  if (mask === undefined) {
    const center = mean(tensor, { axes });
    return { center, spread: mean(square(sub(tensor, center)), { axes }), count: undefined };
  }
  const inside = tensor.shape.slice(mask.rank, -1).reduce((product, size) => product * size, 1);
  const count = mul(sum(mask), inside);
  const meanOf = (x: Tensor) => div(sum(x, { axes }), maximum(count, 1));
  const center = meanOf(clean({ tensor, mask }));
  return { center, spread: meanOf(select(expandMask(mask, tensor), square(sub(tensor, center)), 0)), count };
}

/** What a moving average becomes by the average of a batch; it stays where no step counts. */
function follow(moving: Tensor, batch: Tensor, momentum: number, count: Tensor | undefined, trace: Trace): void {
  const now = trace.latest(moving);
  const next = add(mul(momentum, now), mul(1 - momentum, batch));
  trace.update(moving, count === undefined ? next : select(less(0, count), next, now));
}

export const batchNormalizationKind = defineLayer({
  kind: "batchNormalization",
  required: {},
  options: {
    /** Share of the moving averages that stays at each update. @default 0.99 */
    momentum: rate(0.99),
    /** What is added to the variance, so that equal numbers stay finite. @default 0.001 */
    epsilon: number(0.001),
    ...scaleAndCenterOptions,
  },
  expects: "[batch, ..., features]",
  output: (input) => (typeof input.shape.at(-1) === "number" && input.dtype === "float32" ? input : undefined),
  weights: ({ shape }, options) => ({
    ...scaleAndCenterWeights(shape.at(-1)!, options),
    movingMean: { shape: [shape.at(-1)!], initializer: "zeros", trainable: false },
    movingVariance: { shape: [shape.at(-1)!], initializer: "ones", trainable: false },
  }),
  mixesRows: true,
  call(input, { gamma, beta, movingMean, movingVariance }, { momentum, epsilon }, trace, { trainable }) {
    const value = { ...input, tensor: clean(input) };
    const learns = trace.training && trainable;
    const batch = learns ? momentsOf(value) : { center: movingMean, spread: movingVariance, count: undefined };
    if (learns) {
      follow(movingMean, batch.center, momentum, batch.count, trace);
      follow(movingVariance, batch.spread, momentum, batch.count, trace);
    }
    const normal = div(sub(value.tensor, batch.center), sqrt(add(batch.spread, epsilon)));
    return scaleAndCenter(normal, { gamma, beta });
  },
});

/**
 * Gives each feature mean 0 and variance 1 over the batch, then gamma · x + beta (Ioffe & Szegedy 2015). Training takes the
 * mean and the variance of the batch, over all rows and steps that the mask counts, and lets moving averages follow them;
 * everything else takes those: predictions, evaluations, streams, and training while the layer is frozen. A mask goes on.
 *
 * The moving averages are the weights `movingMean` and `movingVariance`, without a gradient.
 */
export function batchNormalization(options: LayerOptions<typeof batchNormalizationKind> = {}): Layer {
  return batchNormalizationKind.create(options);
}
