import type { WeightSpecs } from "../cells/weight.ts";
import { add, matmul, mul, sigmoid, sub, type Tensor } from "../graph/index.ts";
import type { CommonOptions } from "./common-options.ts";
import type { Layer } from "./layer.ts";
import { SkipLayer } from "./skip.ts";
import type { ValueType } from "./value.ts";

export class HighwayLayer extends SkipLayer {
  constructor(layer: Layer<unknown>, options: CommonOptions) {
    super("highway", layer, options, {});
  }

  protected override weightSpecs([x]: readonly ValueType[]): WeightSpecs {
    const features = x!.shape.at(-1)!;
    return {
      kernel: { shape: [features, features], initializer: "glorotUniform" },
      // At first most of the input goes around, as the paper has it.
      bias: { shape: [features], initializer: { name: "constant", value: -1 } },
    };
  }

  protected override join(around: Tensor, through: Tensor): Tensor {
    const { kernel, bias } = this.tensors;
    const gate = sigmoid(add(matmul(around, kernel!), bias!));
    return add(mul(gate, through), mul(sub(1, gate), around));
  }
}

/**
 * y = t · layer(x) + (1 − t) · x with a learned gate t = sigmoid(x W + b) (Srivastava et al. 2015). Of a layer that gives
 * its state too, the output alone is changed.
 *
 * @param layer keeps the shape of its input: `highway(gru(features, { returnSequences: true }))`
 */
export function highway<O>(layer: Layer<O>, options: CommonOptions = {}): Layer<O> {
  return new HighwayLayer(layer, options) as Layer<O>;
}
