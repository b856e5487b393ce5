import type { Given } from "../cells/option.ts";
import type { CommonOptions } from "./common-options.ts";
import type { Layer } from "./layer.ts";
import { type blockOptions, TransformerBlock } from "./transformer-block.ts";

export type TransformerDecoderBlockOptions = Given<typeof blockOptions> & CommonOptions;

/**
 * Decoder block of a transformer (Vaswani et al. 2017): causal attention of a sequence [batch, time, numHeads · keyDim] to
 * itself, attention to another one [batch, steps, features], and two dense layers, each added to its input and normalized.
 * Applied to [sequence, other]. Masked steps are not looked at, whatever they hold; the sequence's mask goes on.
 *
 * @param numHeads number of heads
 * @param keyDim features of each head
 */
export function transformerDecoderBlock(
  numHeads: number,
  keyDim: number,
  options: TransformerDecoderBlockOptions = {},
): Layer {
  return new TransformerBlock("transformerDecoderBlock", numHeads, keyDim, options, { looksAtOther: true });
}
