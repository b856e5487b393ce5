/** The front door: everything that `import { … } from "rondo"` offers. */

// Cells of one's own
export { type ActivationName, activationNames } from "./cells/activations.ts";
export type { Cell, CellDefinition, Constant } from "./cells/cell.ts";
export { defineCell } from "./cells/define-cell.ts";
export { gru as gruCell } from "./cells/gru.ts";
export { cells } from "./cells/index.ts";
export { type Initializer, initializerNames } from "./cells/initializers/index.ts";
export { lstm as lstmCell } from "./cells/lstm.ts";
export { option } from "./cells/option.ts";
export { simpleRnn as simpleRnnCell } from "./cells/simple-rnn.ts";
// Models
export type { ArrayLikeInput, NestedArray, NumericArray } from "./data/array.ts";
export type { BatchStream, ColumnsInput, Examples } from "./data/batches.ts";
export {
  type Categories,
  type CategoriesConfig,
  type CategoriesOptions,
  type Category,
  type CategoryRows,
  categories,
  categoriesFrom,
} from "./data/categories.ts";
export type { ClassWeight, ClassWeights } from "./data/class-weights.ts";
export {
  type ClipOutliersOptions,
  clipOutliers,
  clipOutliersFrom,
  type Outlier,
  type OutlierClipper,
  type OutlierConfig,
  type OutlierReport,
} from "./data/clip-outliers.ts";
export { type GroupKFoldOptions, groupKFold } from "./data/folds/group-k-fold.ts";
export { type KFoldOptions, kFold } from "./data/folds/k-fold.ts";
export { type RollingOriginOptions, rollingOrigin } from "./data/folds/rolling-origin.ts";
export { type StratifiedKFoldOptions, stratifiedKFold } from "./data/folds/stratified-k-fold.ts";
export type { MissingName } from "./data/missing/index.ts";
export {
  type MissingConfig,
  type MissingValues,
  missingValues,
  missingValuesFrom,
  type TreatedValues,
} from "./data/missing-values.ts";
export { Ragged, ragged } from "./data/ragged.ts";
export { type TimeGapsOptions, type Timestamps, timeGaps, typicalGap } from "./data/time-gaps.ts";
// Engines
export type { Engine } from "./engine/engine.ts";
export { type NativeOptions, nativeEngine } from "./engine/native/native.ts";
export { referenceEngine } from "./engine/reference/reference.ts";
export { type EngineChoice, type EngineName, type EngineReport, engineNames, engineReports } from "./engine/select.ts";
export { wasmEngine } from "./engine/wasm/wasm.ts";
// Errors
export { FormatError, OptionError, RondoError, ShapeError, StateError } from "./errors.ts";
// The mathematics of cells, losses and metrics of one's own
export {
  type Attended,
  abs,
  add,
  argmax,
  attend,
  broadcastTo,
  type ConvolveOptions,
  clip,
  concat,
  constant,
  convolve,
  cos,
  div,
  equal,
  exp,
  floor,
  full,
  gather,
  gradients,
  iota,
  isMissing,
  label,
  less,
  lessEqual,
  log,
  log1p,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  notEqual,
  type Padding,
  pad,
  pow,
  relu,
  reshape,
  reverse,
  type Shape,
  scan,
  select,
  sigmoid,
  sign,
  sin,
  slice,
  sliceAxis,
  softmax,
  softplus,
  split,
  sqrt,
  square,
  stack,
  stopGradient,
  sub,
  sum,
  swapAxes,
  type Tensor,
  take,
  tanh,
  toFloat,
  toInt,
  transpose,
  transposeLast,
} from "./graph/index.ts";
// Files
export {
  type DTypeName,
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type StoredTensor,
} from "./io/safetensors.ts";
// Layers
export { activation } from "./layers/activation.ts";
export { additiveAttention } from "./layers/additive-attention.ts";
export { type AttendingOptions, attending } from "./layers/attending.ts";
export { attention } from "./layers/attention.ts";
export { averagePooling1d } from "./layers/average-pooling1d.ts";
export { batchNormalization } from "./layers/batch-normalization.ts";
export { type BidirectionalOptions, bidirectional, type MergeMode } from "./layers/bidirectional.ts";
export { type ClockworkRnnOptions, clockworkRnn } from "./layers/clockwork-rnn.ts";
export { type ClosedFormContinuousOptions, closedFormContinuous } from "./layers/closed-form-continuous.ts";
export type { CommonOptions } from "./layers/common-options.ts";
export { concatenate } from "./layers/concatenate.ts";
export { type Constraint, constraintNames } from "./layers/constraints/index.ts";
export { type ConvLstmOptions, convLstm } from "./layers/conv-lstm.ts";
export { conv1d } from "./layers/conv1d.ts";
export { type CoupledLstmOptions, coupledLstm } from "./layers/coupled-lstm.ts";
export { type DecoderOptions, decoder } from "./layers/decoder.ts";
export { dense } from "./layers/dense.ts";
export { type DilatedOptions, dilated } from "./layers/dilated.ts";
export { dropout } from "./layers/dropout.ts";
export { type EchoStateOptions, echoState } from "./layers/echo-state.ts";
export { embedding } from "./layers/embedding.ts";
export { flatten } from "./layers/flatten.ts";
export { gaussianNoise } from "./layers/gaussian-noise.ts";
export { globalAveragePooling1d } from "./layers/global-average-pooling1d.ts";
export { globalMaxPooling1d } from "./layers/global-max-pooling1d.ts";
export { type GruOptions, gru } from "./layers/gru.ts";
export { type GruDOptions, gruD } from "./layers/gru-d.ts";
export { highway } from "./layers/highway.ts";
export { type IndRnnOptions, indRnn } from "./layers/ind-rnn.ts";
export { layerKinds } from "./layers/index.ts";
export type { ApplyOptions, Layer, LayerConfig } from "./layers/layer.ts";
export { type LayerNormLstmOptions, layerNormLstm } from "./layers/layer-norm-lstm.ts";
export { layerNormalization } from "./layers/layer-normalization.ts";
export { type LeakyRnnOptions, leakyRnn } from "./layers/leaky-rnn.ts";
export { type LegendreMemoryUnitOptions, legendreMemoryUnit } from "./layers/legendre-memory-unit.ts";
export { type LiquidTimeConstantOptions, liquidTimeConstant } from "./layers/liquid-time-constant.ts";
export { type LruOptions, lru } from "./layers/lru.ts";
export { type LstmOptions, lstm } from "./layers/lstm.ts";
export { masking } from "./layers/masking.ts";
export { maxPooling1d } from "./layers/max-pooling1d.ts";
export { type MergeOperation, merge } from "./layers/merge.ts";
export { type MinGruOptions, minGru } from "./layers/min-gru.ts";
export { type MinLstmOptions, minLstm } from "./layers/min-lstm.ts";
export { type MinimalGatedUnitOptions, minimalGatedUnit } from "./layers/minimal-gated-unit.ts";
export { multiHeadAttention } from "./layers/multi-head-attention.ts";
export { type PeepholeLstmOptions, peepholeLstm } from "./layers/peephole-lstm.ts";
export { type PhasedLstmOptions, phasedLstm } from "./layers/phased-lstm.ts";
export { positionalEncoding } from "./layers/positional-encoding.ts";
export { type ProjectedLstmOptions, projectedLstm } from "./layers/projected-lstm.ts";
export { type RecurrentOptions, recurrent } from "./layers/recurrent.ts";
export { type Regularizer, regularizerNames } from "./layers/regularizers/index.ts";
export { repeatVector } from "./layers/repeat-vector.ts";
export { residual } from "./layers/residual.ts";
export { rmsNormalization } from "./layers/rms-normalization.ts";
export { type SimpleRnnOptions, simpleRnn } from "./layers/simple-rnn.ts";
export { type SlstmOptions, slstm } from "./layers/slstm.ts";
export { spatialDropout1d } from "./layers/spatial-dropout1d.ts";
export { type StackedOptions, stacked } from "./layers/stacked.ts";
export { type InputOptions, input, type SymbolicTensor } from "./layers/symbolic.ts";
export { type TcnOptions, tcn } from "./layers/tcn.ts";
export { tcnBlock } from "./layers/tcn-block.ts";
export { type TimeAwareLstmOptions, timeAwareLstm } from "./layers/time-aware-lstm.ts";
export { timeDistributed } from "./layers/time-distributed.ts";
export {
  type TransformerDecoderBlockOptions,
  transformerDecoderBlock,
} from "./layers/transformer-decoder-block.ts";
export {
  type TransformerEncoderBlockOptions,
  transformerEncoderBlock,
} from "./layers/transformer-encoder-block.ts";
export { upSampling1d } from "./layers/up-sampling1d.ts";
export type { Zoneout } from "./layers/zoneout.ts";
export { type CheckCellOptions, checkCell } from "./model/check-cell.ts";
export { type ComputeOptions, compute } from "./model/compute.ts";
export type { ModelConfig } from "./model/config.ts";
export { type CrossValidateOptions, type CrossValidation, crossValidate } from "./model/cross-validate.ts";
export { type FindLearningRateOptions, findLearningRate, type LearningRateCurve } from "./model/find-learning-rate.ts";
export { type ModelOptions, model } from "./model/functional.ts";
export { fromBytes, type LoadOptions, load } from "./model/load.ts";
export type { Model, WeightValue } from "./model/model.ts";
export type { Measures, Prediction, TargetsOf } from "./model/names.ts";
export type { CompileOptions } from "./model/objective.ts";
export type { PredictOptions } from "./model/predict.ts";
export type { SaveOptions } from "./model/saving.ts";
export { sequential } from "./model/sequential.ts";
export type { Stream, StreamOptions, StreamOutput } from "./model/stream.ts";
export {
  type TrainStep,
  type TrainStepContext,
  type TrainStepOptions,
  type TrainStepState,
  trainStep,
} from "./model/train-step.ts";
export type { Anatomy, Findings, Inspection } from "./train/anatomy.ts";
// Training
export type { Balance, BalanceContext, Task } from "./train/balance/balance.ts";
export { gradientNormWeights } from "./train/balance/gradient-norm-weights.ts";
export type { BalanceLike } from "./train/balance/index.ts";
export { uncertaintyWeights } from "./train/balance/uncertainty-weights.ts";
export type { Callback, TrainEvent, TrainingControl } from "./train/callbacks/callback.ts";
export {
  earlyStopping,
  type GradientReport,
  type GradientStatistics,
  gradientStatistics,
  learningRateScheduler,
  locateNaN,
  modelCheckpoint,
  reduceLearningRateOnPlateau,
  swapEmaWeights,
  terminateOnNaN,
} from "./train/callbacks/index.ts";
export { balances, losses, metricNames, optimizers } from "./train/catalogue.ts";
export type { EvaluateOptions } from "./train/evaluate.ts";
export type { FitOptions, ValidationData } from "./train/fit-options.ts";
export type { History } from "./train/history.ts";
export { binaryCrossentropy } from "./train/losses/binary-crossentropy.ts";
export { categoricalCrossentropy } from "./train/losses/categorical-crossentropy.ts";
export { categoricalHinge } from "./train/losses/categorical-hinge.ts";
export { cosineSimilarity } from "./train/losses/cosine-similarity.ts";
export { type CtcOptions, ctc } from "./train/losses/ctc.ts";
export { hinge } from "./train/losses/hinge.ts";
export { huber } from "./train/losses/huber.ts";
export type { LossLike, LossName } from "./train/losses/index.ts";
export { klDivergence } from "./train/losses/kl-divergence.ts";
export { logCosh } from "./train/losses/log-cosh.ts";
export type { Loss, LossFunction } from "./train/losses/loss.ts";
export { meanAbsoluteError } from "./train/losses/mean-absolute-error.ts";
export { meanSquaredError } from "./train/losses/mean-squared-error.ts";
export { meanSquaredLogarithmicError } from "./train/losses/mean-squared-logarithmic-error.ts";
export { mixedLoss } from "./train/losses/mixed-loss.ts";
export { pinball } from "./train/losses/pinball.ts";
export { poisson } from "./train/losses/poisson.ts";
export { sparseCategoricalCrossentropy } from "./train/losses/sparse-categorical-crossentropy.ts";
export { squaredHinge } from "./train/losses/squared-hinge.ts";
export { tukeyBiweight } from "./train/losses/tukey-biweight.ts";
export { accuracy } from "./train/metrics/accuracy.ts";
export { type AucOptions, auc } from "./train/metrics/auc.ts";
export { f1 } from "./train/metrics/f1.ts";
export type { MetricLike, MetricName } from "./train/metrics/index.ts";
export { meanAbsolutePercentageError } from "./train/metrics/mean-absolute-percentage-error.ts";
export type { Metric, MetricFunction } from "./train/metrics/metric.ts";
export { perplexity } from "./train/metrics/perplexity.ts";
export { precision } from "./train/metrics/precision.ts";
export { recall } from "./train/metrics/recall.ts";
export { rootMeanSquaredError } from "./train/metrics/root-mean-squared-error.ts";
export { topKAccuracy } from "./train/metrics/top-k-accuracy.ts";
export { adam } from "./train/optimizers/adam.ts";
export { adamW } from "./train/optimizers/adam-w.ts";
export { addMomentum } from "./train/optimizers/add-momentum.ts";
export { chain } from "./train/optimizers/chain.ts";
export { clipByGlobalNorm } from "./train/optimizers/clip-by-global-norm.ts";
export { clipByNorm } from "./train/optimizers/clip-by-norm.ts";
export { clipByValue } from "./train/optimizers/clip-by-value.ts";
export { customOptimizer } from "./train/optimizers/custom-optimizer.ts";
export { decayWeights } from "./train/optimizers/decay-weights.ts";
export type { OptimizerLike, OptimizerName } from "./train/optimizers/index.ts";
export { nadam } from "./train/optimizers/nadam.ts";
export type { Optimizer } from "./train/optimizers/optimizer.ts";
export { rmsprop } from "./train/optimizers/rmsprop.ts";
export { scaleByAdam } from "./train/optimizers/scale-by-adam.ts";
export { scaleByLearningRate } from "./train/optimizers/scale-by-learning-rate.ts";
export { scaleByNadam } from "./train/optimizers/scale-by-nadam.ts";
export { scaleByRms } from "./train/optimizers/scale-by-rms.ts";
export { sgd } from "./train/optimizers/sgd.ts";
export type { Transformation } from "./train/optimizers/transformation.ts";
export { cosineDecay } from "./train/schedules/cosine-decay.ts";
export { exponentialDecay } from "./train/schedules/exponential-decay.ts";
export { inverseTimeDecay } from "./train/schedules/inverse-time-decay.ts";
export { piecewiseConstant } from "./train/schedules/piecewise-constant.ts";
export { polynomialDecay } from "./train/schedules/polynomial-decay.ts";
export type { Schedule } from "./train/schedules/schedule.ts";
