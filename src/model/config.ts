/** A model's layers and how they are joined, as plain data. */
import type { DType } from "../graph/index.ts";
import type { LayerConfig } from "../layers/layer.ts";
import type { SymbolicTensor } from "../layers/symbolic.ts";
import type { Network } from "./network.ts";

/** An input by its name, or an output of a use of a layer by their numbers. */
export type Source = { readonly input: string } | { readonly use: number; readonly output: number };

export interface ModelConfig {
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | null)[];
    readonly dtype: DType;
  }[];
  readonly layers: readonly ({ readonly name: string } & LayerConfig)[];
  /** Uses of layers, in an order in which they can be made. */
  readonly uses: readonly {
    readonly layer: string;
    readonly inputs: readonly Source[];
    readonly initialState?: readonly Source[];
    readonly mask?: Source;
  }[];
  readonly outputs: readonly { readonly name: string; readonly source: Source }[];
  /** Whether data goes in (out) without a name. */
  readonly singleInput: boolean;
  readonly singleOutput: boolean;
}

export function networkConfig(network: Network): ModelConfig {
  const { inputs, outputs, layers, applications, singleInput, singleOutput } = network;
  const sources = new Map<SymbolicTensor, Source>();
  for (const { symbol, name } of inputs) sources.set(symbol, { input: name });
  for (const [use, application] of applications.entries()) {
    for (const [output, symbol] of application.outputs.entries()) sources.set(symbol, { use, output });
  }
  const sourceOf = (symbol: SymbolicTensor) => sources.get(symbol)!;
  return {
    inputs: inputs.map(({ name, symbol: { shape, dtype } }) => ({ name, shape, dtype })),
    layers: layers.map(({ name, layer }) => {
      const { kind, options } = layer.getConfig();
      const { name: _own, ...rest } = options;
      return { name, kind, options: rest };
    }),
    uses: applications.map(({ layer, inputs, initialState, mask }) => ({
      layer: layers.find((named) => named.layer === layer)!.name,
      inputs: inputs.map(sourceOf),
      ...(initialState.length > 0 && { initialState: initialState.map(sourceOf) }),
      ...(mask && { mask: sourceOf(mask) }),
    })),
    outputs: outputs.map(({ name, symbol }) => ({ name, source: sourceOf(symbol) })),
    singleInput,
    singleOutput,
  };
}
