/** All kinds of layers: the only list. It makes layers from their configuration. */
import type { Cell } from "../cells/cell.ts";
import { cells } from "../cells/index.ts";
import { explain, FormatError, OptionError, show } from "../errors.ts";
import { activationKind } from "./activation.ts";
import { additiveAttentionKind } from "./additive-attention.ts";
import { AttendingLayer } from "./attending.ts";
import { attentionKind } from "./attention.ts";
import { averagePooling1dKind } from "./average-pooling1d.ts";
import { batchNormalizationKind } from "./batch-normalization.ts";
import { BidirectionalLayer } from "./bidirectional.ts";
import { ConcatenateLayer } from "./concatenate.ts";
import { conv1dKind } from "./conv1d.ts";
import { DecoderLayer } from "./decoder.ts";
import { denseKind } from "./dense.ts";
import { DilatedLayer } from "./dilated.ts";
import { dropoutKind } from "./dropout.ts";
import { embeddingKind } from "./embedding.ts";
import { flattenKind } from "./flatten.ts";
import { gaussianNoiseKind } from "./gaussian-noise.ts";
import { globalAveragePooling1dKind } from "./global-average-pooling1d.ts";
import { globalMaxPooling1dKind } from "./global-max-pooling1d.ts";
import { HighwayLayer } from "./highway.ts";
import type { Layer, LayerConfig } from "./layer.ts";
import { layerNormalizationKind } from "./layer-normalization.ts";
import { maskingKind } from "./masking.ts";
import { maxPooling1dKind } from "./max-pooling1d.ts";
import { MergeLayer, type MergeOperation } from "./merge.ts";
import { multiHeadAttentionKind } from "./multi-head-attention.ts";
import { positionalEncodingKind } from "./positional-encoding.ts";
import { CellLayer, type RecurrentOptions } from "./recurrent.ts";
import { repeatVectorKind } from "./repeat-vector.ts";
import { ResidualLayer } from "./residual.ts";
import { rmsNormalizationKind } from "./rms-normalization.ts";
import { spatialDropout1dKind } from "./spatial-dropout1d.ts";
import { StackedLayer } from "./stacked.ts";
import { TcnLayer } from "./tcn.ts";
import { tcnBlockKind } from "./tcn-block.ts";
import { TimeDistributedLayer } from "./time-distributed.ts";
import { transformerDecoderBlock } from "./transformer-decoder-block.ts";
import { transformerEncoderBlock } from "./transformer-encoder-block.ts";
import { upSampling1dKind } from "./up-sampling1d.ts";

/** What is not in the library but in a configuration. */
export interface Custom {
  readonly cells?: readonly Cell[];
}

type Make = (options: Readonly<Record<string, unknown>>, custom: Custom) => Layer<unknown>;

const defined = [
  denseKind,
  activationKind,
  dropoutKind,
  spatialDropout1dKind,
  gaussianNoiseKind,
  batchNormalizationKind,
  layerNormalizationKind,
  rmsNormalizationKind,
  embeddingKind,
  flattenKind,
  maskingKind,
  repeatVectorKind,
  conv1dKind,
  maxPooling1dKind,
  averagePooling1dKind,
  globalMaxPooling1dKind,
  globalAveragePooling1dKind,
  upSampling1dKind,
  tcnBlockKind,
  attentionKind,
  additiveAttentionKind,
  multiHeadAttentionKind,
  positionalEncodingKind,
];

/** Wrappers have a layer inside. */
const wrappers: Readonly<Record<string, Make>> = {
  bidirectional: ({ layer, backwardLayer, ...options }, custom) =>
    new BidirectionalLayer(layerFromConfig(layer, custom), {
      ...options,
      ...(backwardLayer !== undefined && { backwardLayer: layerFromConfig(backwardLayer, custom) }),
    }),
  timeDistributed: ({ layer, ...options }, custom) =>
    new TimeDistributedLayer(layerFromConfig(layer, custom) as Layer, options),
  decoder: ({ layer, vocabulary, ...options }, custom) =>
    new DecoderLayer(layerFromConfig(layer, custom), vocabulary as number, options),
  transformerEncoderBlock: ({ numHeads, keyDim, ...options }) =>
    transformerEncoderBlock(numHeads as number, keyDim as number, options),
  transformerDecoderBlock: ({ numHeads, keyDim, ...options }) =>
    transformerDecoderBlock(numHeads as number, keyDim as number, options),
  tcn: ({ filters, ...options }) => new TcnLayer(filters as number, options),
  dilated: ({ layer, ...options }, custom) => new DilatedLayer(layerFromConfig(layer, custom), options),
  attending: ({ layer, ...options }, custom) => new AttendingLayer(layerFromConfig(layer, custom), options),
  stacked: ({ layers, ...options }, custom) =>
    new StackedLayer(Array.isArray(layers) ? layers.map((layer) => layerFromConfig(layer, custom)) : [], options),
  residual: ({ layer, ...options }, custom) => new ResidualLayer(layerFromConfig(layer, custom), options),
  highway: ({ layer, ...options }, custom) => new HighwayLayer(layerFromConfig(layer, custom), options),
  merge: ({ operation, ...options }) => new MergeLayer(operation as MergeOperation, options),
  concatenate: (options) => new ConcatenateLayer(options),
};

function makers({ cells: own = [] }: Custom): Readonly<Record<string, Make>> {
  const ofCell =
    (cell: Cell): Make =>
    ({ units, ...options }) =>
      new CellLayer(cell, units as number, options as RecurrentOptions);
  return {
    ...Object.fromEntries([...cells, ...own].map((cell) => [cell.name, ofCell(cell as Cell)])),
    ...Object.fromEntries(defined.map(({ kind, create }) => [kind, (options) => create(options as never)] as const)),
    ...wrappers,
  };
}

/** The kinds of layers of the library, those of its cells first. */
export const layerKinds: readonly string[] = Object.keys(makers({}));

/** Throws an `OptionError` for two different cells of one name, or one with the name of a layer. */
function requireOwnNames({ cells: own = [] }: Custom): void {
  const isTaken = (cell: Cell, i: number) =>
    layerKinds.includes(cell.name) || own.slice(0, i).some((other) => other !== cell && other.name === cell.name);
  const taken = own.find(isTaken);
  if (taken === undefined) return;
  const expected = "`cells` with names of their own for load()";
  throw new OptionError(explain({ expected, got: `another ${taken.name}`, remedy: "saved models name their cells" }));
}

/** Makes the layer that a configuration describes, with weights of its own. */
export function layerFromConfig(config: unknown, custom: Custom = {}): Layer<unknown> {
  requireOwnNames(custom);
  const { kind, options } = (config ?? {}) as Partial<LayerConfig>;
  const known = makers(custom);
  if (typeof kind === "string" && typeof options === "object" && options !== null && Object.hasOwn(known, kind)) {
    return known[kind]!(options, custom);
  }
  const remedy = "a cell of your own must be handed to load() as `cells`";
  throw new FormatError(
    explain({ expected: `a layer of kind ${Object.keys(known).join(", ")}`, got: show(kind), remedy }),
  );
}
