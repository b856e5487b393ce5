/**
 * Sample weights and masks, in the way of Keras 3: a weight multiplies, a mask excludes, and the mean of the loss is taken
 * over what the mask leaves. What is excluded may be NaN: it is selected away before and after the arithmetic, so that it
 * reaches neither value nor gradient.
 */
import type { Tensor } from "../graph/index.ts";

export interface Weighting {
  /** [batch] or [batch, time]; entries of weight 0 add nothing, but still count in the mean. @default all 1 */
  readonly sampleWeight?: Tensor;
  /** [batch, time] (or [batch]), not 0 where an entry counts. @default all count */
  readonly mask?: Tensor;
}
