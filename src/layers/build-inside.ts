/** Building the layers inside of recurrent layers that are made of others. */
import type { Constants } from "./step-inputs.ts";
import type { RecurrentLayer } from "./through-time.ts";
import type { ValueType } from "./value.ts";

/**
 * Makes the weights of a layer inside, which sees so many features at each step, and besides what it asks for by name.
 *
 * @param inputs of the layer around it @param constants the last of them, by name
 */
export function buildInside(
  layer: RecurrentLayer,
  inputSize: number,
  inputs: readonly ValueType[],
  constants: Constants,
): void {
  const types = new Map(constants.map(([name], i) => [name, inputs.at(i - constants.length)!]));
  const time = inputs[0]!.shape[0]!;
  const sizes = [inputSize, ...layer.furtherFor(inputSize).map(([, size]) => size)];
  const steps = sizes.map((size): ValueType => ({ shape: [time, size], dtype: "float32" }));
  layer.build([...steps, ...layer.constantsFor(inputSize).map(([name]) => types.get(name)!)]);
}
