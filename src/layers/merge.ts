import { explain, OptionError, rejectUnknown, requireChoice, ShapeError } from "../errors.ts";
import { add, maximum, minimum, mul, sub, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { Layer } from "./layer.ts";
import { fits, showTypes, type Value, type ValueType } from "./value.ts";

type Merge = (values: readonly Tensor[]) => Tensor;

const merges = {
  add: (values) => values.reduce(add),
  average: (values) => mul(1 / values.length, values.reduce(add)),
  maximum: (values) => values.reduce(maximum),
  minimum: (values) => values.reduce(minimum),
  multiply: (values) => values.reduce(mul),
  subtract: ([first, second]) => sub(first!, second!),
} satisfies Record<string, Merge>;

/** How several values become one, element by element. */
export type MergeOperation = keyof typeof merges;
const operations = Object.keys(merges) as readonly MergeOperation[];

export class MergeLayer extends Layer {
  readonly #operation: MergeOperation;

  constructor(operation: MergeOperation, options: CommonOptions) {
    rejectUnknown("merge", options, commonOptionNames);
    requireChoice("operation of merge", operation, operations);
    super("merge", { operation }, options);
    this.#operation = operation;
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [first] = inputs;
    const got = showTypes(inputs);
    const alike = inputs.every(({ shape, dtype }) => fits(shape, first!.shape) && dtype === "float32");
    if (inputs.length < 2 || !alike) {
      throw new ShapeError(explain({ expected: `two or more float32 inputs of one shape for ${this.title}`, got }));
    }
    if (this.#operation === "subtract" && inputs.length > 2) {
      throw new OptionError(explain({ expected: "two inputs to subtract", got: `${inputs.length}` }));
    }
    return [first!];
  }

  override call(inputs: readonly Value[]): readonly Value[] {
    const masks = inputs.flatMap(({ mask }) => (mask ? [mask] : []));
    const mask = masks.length === 0 ? undefined : masks.reduce(mul);
    return [{ tensor: (merges[this.#operation] as Merge)(inputs.map(({ tensor }) => tensor)), mask }];
  }
}

/**
 * Several inputs of one shape become one, element by element: `merge("add").apply([a, b])`. A step counts where it counts
 * in all masks.
 *
 * @param operation `add`, `average`, `maximum`, `minimum`, `multiply` or `subtract`
 */
export function merge(operation: MergeOperation, options: CommonOptions = {}): Layer {
  return new MergeLayer(operation, options);
}
