import { add, type Tensor } from "../graph/index.ts";
import type { CommonOptions } from "./common-options.ts";
import type { Layer } from "./layer.ts";
import { SkipLayer } from "./skip.ts";

export class ResidualLayer extends SkipLayer {
  constructor(layer: Layer<unknown>, options: CommonOptions) {
    super("residual", layer, options, {});
  }

  protected override join(around: Tensor, through: Tensor): Tensor {
    return add(around, through);
  }
}

/**
 * y = x + layer(x) (He et al. 2016). Of a layer that gives its state too, the output alone is changed.
 *
 * @param layer keeps the shape of its input: `residual(lstm(features, { returnSequences: true }))`
 */
export function residual<O>(layer: Layer<O>, options: CommonOptions = {}): Layer<O> {
  return new ResidualLayer(layer, options) as Layer<O>;
}
