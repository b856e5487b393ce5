/**
 * What a loss is: a function of target and prediction that gives one value per row (and time step). Weights, masks and the
 * mean over the batch come afterwards, the same way for every loss; see `weightedLoss`.
 */
import { explain, OptionError } from "../../errors.ts";
import type { DType, Tensor } from "../../graph/index.ts";
import type { Config } from "../config.ts";

export interface Loss {
  readonly name: string;
  /** Absent for a user's own function, which cannot be saved. */
  readonly config?: Config;
  /** `int32` where targets are class numbers, else `float32`. */
  readonly targetDType: DType;
  /** True when `values` wants logits: the model must end without softmax or sigmoid. */
  readonly fromLogits: boolean;
  /**
   * A loss of whole sequences gives one value per row, from all steps that the mask leaves; its targets are sequences of
   * their own, padded at the end. @default one value per step
   */
  readonly ofSequences?: { readonly padding: number };
  /**
   * target and prediction [batch, …, last] give the unreduced loss [batch, …]: one value per row and time step.
   *
   * @param mask [batch, time], for a loss of whole sequences
   */
  values(target: Tensor, prediction: Tensor, mask?: Tensor): Tensor;
  /**
   * The same loss from what the model's last activation is applied to: exact where a probability would round to 0 or 1.
   * A model that ends with this activation trains on `logits.values(target, whatWentIntoTheActivation)`.
   */
  readonly logits?: {
    readonly activation: "sigmoid" | "softmax";
    values(target: Tensor, logits: Tensor, mask?: Tensor): Tensor;
  };
}

/** A user's own loss: one value per row, per row and time step, or per element. */
export type LossFunction = (target: Tensor, prediction: Tensor) => Tensor;

/** Throws an `OptionError` when the loss was told to expect logits and the model, whose last activation that is, gives none. */
export function requireLogits({ fromLogits, name }: Loss, activation: string | undefined): void {
  if (!fromLogits || !(activation === "sigmoid" || activation === "softmax")) return;
  const expected = `a model without a last ${activation} for ${name}({ fromLogits: true })`;
  const remedy = "leave out `fromLogits`: the loss is computed from logits inside anyway";
  throw new OptionError(explain({ expected, got: `a last layer with activation ${activation}`, remedy }));
}
