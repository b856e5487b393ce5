/** Layers as the golden files write them. */
import {
  averagePooling1d,
  bidirectional,
  cells,
  conv1d,
  dense,
  embedding,
  flatten,
  globalAveragePooling1d,
  globalMaxPooling1d,
  type Layer,
  layerNormalization,
  masking,
  maxPooling1d,
  recurrent,
  repeatVector,
  rmsNormalization,
  stacked,
  tcn,
  tcnBlock,
  timeDistributed,
  upSampling1d,
} from "rondo";

/** The kind of a layer and its options. */
export interface GoldenLayer {
  readonly type: string;
  readonly [option: string]: unknown;
}

export function layerOf({ type, ...options }: GoldenLayer): Layer<unknown> {
  const { units, n, inputDim, outputDim, layer, layers, filters, kernelSize, poolSize, size, ...others } =
    options as Readonly<Record<string, never>>;
  const sized = { ...(others as object), ...(kernelSize !== undefined && { kernelSize }) };
  const makers: Readonly<Record<string, () => Layer<unknown>>> = {
    ...Object.fromEntries(cells.map((cell) => [cell.name, () => recurrent(cell, units!, sized)])),
    dense: () => dense(units!, others),
    embedding: () => embedding(inputDim!, outputDim!, others),
    repeatVector: () => repeatVector(n!),
    flatten: () => flatten(),
    layerNormalization: () => layerNormalization(others),
    rmsNormalization: () => rmsNormalization(others),
    masking: () => masking(others),
    conv1d: () => conv1d(filters!, kernelSize!, others),
    maxPooling1d: () => maxPooling1d(poolSize!, others),
    averagePooling1d: () => averagePooling1d(poolSize!, others),
    globalMaxPooling1d: () => globalMaxPooling1d(),
    globalAveragePooling1d: () => globalAveragePooling1d(),
    tcnBlock: () => tcnBlock(filters!, sized),
    tcn: () => tcn(filters!, sized),
    upSampling1d: () => upSampling1d(size!),
    bidirectional: () => bidirectional(layerOf(layer!), others),
    stacked: () => stacked((layers! as readonly GoldenLayer[]).map(layerOf), others),
    timeDistributed: () => timeDistributed(layerOf(layer!) as Layer),
  };
  return makers[type]!();
}
