/** From what a model gives to sequences: `import { beamSearch, generate, sample } from "rondo/decode"`. */
export { type BeamResult, type BeamSearchOptions, beamSearch } from "./beam-search.ts";
export { beginWith, type StatefulModel } from "./begin-with.ts";
export { type Choose, greedy, type SampleOptions, sample } from "./choose.ts";
export {
  type CtcBeamOptions,
  type CtcDecodeOptions,
  ctcBeamSearch,
  ctcGreedy,
  type Labelled,
} from "./ctc.ts";
export { type GenerateOptions, generate, type PromptOptions, type Written } from "./generate.ts";
export { logProbabilities } from "./log-probabilities.ts";
export { type StepFunction, type StepModel, type StepModelOptions, stepModel } from "./step-model.ts";
export { temperature } from "./temperature.ts";
export { topK } from "./top-k.ts";
export { topP } from "./top-p.ts";
