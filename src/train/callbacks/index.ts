/** The callbacks that come with Rondo. A user's own is any object of the same interface. */
export { earlyStopping } from "./early-stopping.ts";
export {
  type GradientReport,
  type GradientStatistics,
  type GradientStatisticsOptions,
  gradientStatistics,
} from "./gradient-statistics.ts";
export { learningRateScheduler } from "./learning-rate-scheduler.ts";
export { locateNaN } from "./locate-nan.ts";
export { modelCheckpoint } from "./model-checkpoint.ts";
export { reduceLearningRateOnPlateau } from "./reduce-learning-rate-on-plateau.ts";
export { swapEmaWeights } from "./swap-ema-weights.ts";
export { terminateOnNaN } from "./terminate-on-nan.ts";
