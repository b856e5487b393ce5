import type { ArrayLikeInput, NumericArray } from "../data/array.ts";
import { explain, OptionError, show } from "../errors.ts";
import { Layer } from "../layers/layer.ts";
import { input, SymbolicTensor } from "../layers/symbolic.ts";
import { Model } from "./model.ts";
import { Network } from "./network.ts";

/**
 * A model of layers one after the other.
 *
 * ```ts
 * const net = sequential([lstm(50, { inputShape: [timeSteps, features] }), dense(classes, { activation: "softmax" })]);
 * ```
 *
 * @param layers the first says its `inputShape`, or `input()` stands before it
 */
export function sequential(
  layers: readonly [SymbolicTensor | Layer, ...Layer[]] | readonly Layer[],
): Model<NumericArray, ArrayLikeInput> {
  const [first, ...rest] = Array.isArray(layers) ? layers : [];
  const start = first instanceof SymbolicTensor ? first : startOf(first);
  const stack = (first instanceof SymbolicTensor ? rest : [first, ...rest]) as readonly Layer[];
  if (stack.length === 0) throw new OptionError(explain({ expected: "sequential() to get layers", got: "none" }));

  let end = start;
  for (const [index, layer] of stack.entries()) {
    if (!(layer instanceof Layer)) {
      throw new OptionError(explain({ expected: `a layer at place ${index} of sequential()`, got: show(layer) }));
    }
    const output = layer.apply(end) as SymbolicTensor | readonly SymbolicTensor[];
    if (!(output instanceof SymbolicTensor)) {
      const remedy = "use model() for layers with several outputs";
      throw new OptionError(explain({ expected: `one output of ${layer.title}`, got: `${output.length}`, remedy }));
    }
    end = output;
  }
  return new Model(new Network(start, end));
}

function startOf(first: unknown): SymbolicTensor {
  if (first instanceof Layer && first.inputShape !== undefined) {
    return input({ shape: first.inputShape, dtype: first.inputDtype });
  }
  const remedy = "say how many steps and features a row has: inputShape: [10, 5]";
  const got = first instanceof Layer ? `${(first as Layer).title} without it` : show(first);
  throw new OptionError(explain({ expected: "a first layer with `inputShape`", got, remedy }));
}
