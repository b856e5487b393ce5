import { explain, rejectUnknown, ShapeError } from "../errors.ts";
import { concat, mul } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { Layer } from "./layer.ts";
import { fits, showTypes, type Value, type ValueType } from "./value.ts";

export class ConcatenateLayer extends Layer {
  constructor(options: CommonOptions) {
    rejectUnknown("concatenate", options, commonOptionNames);
    super("concatenate", {}, options);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const first = inputs[0]!;
    const front = first.shape.slice(0, -1);
    const joins = ({ shape, dtype }: ValueType) => fits(shape.slice(0, -1), front) && dtype === first.dtype;
    const sizes = inputs.map(({ shape }) => shape.at(-1));
    const features = sizes.filter((size) => typeof size === "number");
    if (inputs.length < 2 || features.length < sizes.length || !inputs.every(joins)) {
      const expected = `two or more inputs for ${this.title} that differ in their last axis alone`;
      throw new ShapeError(explain({ expected, got: showTypes(inputs) }));
    }
    return [{ shape: [...front, features.reduce((total, size) => total + size, 0)], dtype: first.dtype }];
  }

  override call(inputs: readonly Value[]): readonly Value[] {
    const masks = inputs.flatMap(({ mask }) => (mask ? [mask] : []));
    const mask = masks.length === 0 ? undefined : masks.reduce(mul);
    return [{ tensor: concat(inputs.map(({ tensor }) => tensor)), mask }];
  }
}

/** Several inputs side by side along the last axis. A step counts where it counts in all masks. */
export function concatenate(options: CommonOptions = {}): Layer {
  return new ConcatenateLayer(options);
}
