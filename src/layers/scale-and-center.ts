/** What follows a normalization: learned numbers for each feature, gamma · x + beta. */
import { addBias } from "../cells/bias.ts";
import { type Bound, flag, initializer } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { mul, type Tensor } from "../graph/index.ts";

export const scaleAndCenterOptions = {
  /** Whether the result is shifted by learned numbers, beta. @default true */
  center: flag(true),
  /** Whether the result is multiplied by learned numbers, gamma. @default true */
  scale: flag(true),
  /** @default "ones" */
  gammaInitializer: initializer("ones"),
  /** @default "zeros" */
  betaInitializer: initializer("zeros"),
};

/** @param features of what is normalized */
export function scaleAndCenterWeights(
  features: number,
  { center, scale, gammaInitializer, betaInitializer }: Bound<typeof scaleAndCenterOptions>,
) {
  return {
    gamma: scale ? { shape: [features], initializer: gammaInitializer } : undefined,
    beta: center ? { shape: [features], initializer: betaInitializer } : undefined,
  } satisfies WeightSpecs;
}

export function scaleAndCenter(
  normal: Tensor,
  { gamma, beta }: { readonly gamma?: Tensor | undefined; readonly beta?: Tensor | undefined },
): Tensor {
  return addBias(gamma === undefined ? normal : mul(normal, gamma), beta);
}
