/** A model's layers and how they are joined, made from plain data. */
import { explain, FormatError, show } from "../errors.ts";
import { type Custom, layerFromConfig } from "../layers/index.ts";
import type { Layer } from "../layers/layer.ts";
import { input, type SymbolicTensor } from "../layers/symbolic.ts";
import type { ModelConfig, Source } from "./config.ts";
import { joined } from "./joined.ts";
import type { Network } from "./network.ts";

/** Makes the layers anew and joins them. Throws a `FormatError` for what is no such configuration. */
export function networkFromConfig(config: unknown, custom: Custom): Network {
  const { inputs, layers, uses, outputs, singleInput, singleOutput } = requireConfig(config);
  const symbols = new Map(inputs.map(({ name, shape, dtype }) => [name, input({ name, shape, dtype })]));
  const made = new Map<string, Layer<unknown>>();
  for (const { name, kind, options } of layers) {
    made.set(name, layerFromConfig({ kind, options: { ...options, name } }, custom));
  }
  const results: (readonly SymbolicTensor[])[] = [];
  const resolve = (source: Source): SymbolicTensor => {
    if (typeof source !== "object" || source === null) return fail("an input, or an output of a layer", source);
    const found = "input" in source ? symbols.get(source.input) : results[source.use]?.[source.output];
    return found ?? fail("a source that was made before", source);
  };
  for (const { layer, inputs: from, initialState = [], mask } of uses) {
    const used = made.get(layer) ?? fail("a layer of this model", layer);
    const result = used.apply(from.map(resolve), {
      ...(initialState.length > 0 && { initialState: initialState.map(resolve) }),
      ...(mask && { mask: resolve(mask) }),
    });
    results.push(Array.isArray(result) ? result : [result as SymbolicTensor]);
  }
  const ends = Object.fromEntries(outputs.map(({ name, source }) => [name, resolve(source)]));
  return joined(
    singleInput ? [...symbols.values()][0]! : Object.fromEntries(symbols),
    singleOutput ? Object.values(ends)[0]! : ends,
  );
}

function requireConfig(config: unknown): ModelConfig {
  if (typeof config !== "object" || config === null) return fail("the configuration of a model", config);
  const given = config as Readonly<Record<string, unknown>>;
  for (const key of ["inputs", "layers", "uses", "outputs"]) {
    const list = given[key];
    const isList = Array.isArray(list) && list.every((item) => typeof item === "object" && item !== null);
    if (!isList) fail(`a list \`${key}\` in the configuration of a model`, list);
  }
  const { uses } = given as unknown as ModelConfig;
  for (const { inputs } of uses) if (!Array.isArray(inputs)) fail("a list of inputs for each use of a layer", inputs);
  return given as unknown as ModelConfig;
}

function fail(expected: string, got: unknown): never {
  throw new FormatError(explain({ expected, got: show(got) }));
}
