import type { Given, Option } from "../cells/option.ts";
import type { CommonOptions } from "./common-options.ts";
import type { Layer } from "./layer.ts";
import { type blockOptions, TransformerBlock } from "./transformer-block.ts";

export type TransformerEncoderBlockOptions = Given<typeof blockOptions & { readonly useCausalMask: Option<boolean> }> &
  CommonOptions;

/**
 * Encoder block of a transformer (Vaswani et al. 2017): attention of a sequence [batch, time, numHeads · keyDim] to itself
 * and two dense layers, each added to its input and normalized. With `useCausalMask`, steps look at earlier ones alone.
 * Masked steps are not looked at, whatever they hold; a mask goes on.
 *
 * @param numHeads number of heads
 * @param keyDim features of each head
 */
export function transformerEncoderBlock(
  numHeads: number,
  keyDim: number,
  options: TransformerEncoderBlockOptions = {},
): Layer {
  return new TransformerBlock("transformerEncoderBlock", numHeads, keyDim, options, { looksAtOther: false });
}
