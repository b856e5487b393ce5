/** Layers as the golden files write them. */
import {
  bidirectional,
  dense,
  embedding,
  flatten,
  gru,
  type Layer,
  lstm,
  masking,
  repeatVector,
  simpleRnn,
  timeDistributed,
} from "rondo";

/** The kind of a layer and its options. */
export interface GoldenLayer {
  readonly type: string;
  readonly [option: string]: unknown;
}

export function layerOf({ type, ...options }: GoldenLayer): Layer<unknown> {
  const { units, n, inputDim, outputDim, layer, ...others } = options as Readonly<Record<string, never>>;
  const makers: Readonly<Record<string, () => Layer<unknown>>> = {
    simpleRnn: () => simpleRnn(units!, others),
    lstm: () => lstm(units!, others),
    gru: () => gru(units!, others),
    dense: () => dense(units!, others),
    embedding: () => embedding(inputDim!, outputDim!, others),
    repeatVector: () => repeatVector(n!),
    flatten: () => flatten(),
    masking: () => masking(others),
    bidirectional: () => bidirectional(layerOf(layer!), others),
    timeDistributed: () => timeDistributed(layerOf(layer!) as Layer),
  };
  return makers[type]!();
}
