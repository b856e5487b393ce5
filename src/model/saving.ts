/** Models as bytes: what is written. It loads when a model is saved first. */
import type { NumericArray } from "../data/array.ts";
import { rejectUnknown } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { encodeCheckpoint, type SavedTensor } from "../io/checkpoint.ts";
import type { CallbackState } from "../train/progress.ts";
import { networkConfig } from "./config.ts";
import type { Network } from "./network.ts";
import { readNumbers } from "./numbers.ts";
import { type ObjectiveConfig, objectiveConfig } from "./objective-config.ts";
import type { Training } from "./training.ts";
import type { TrainingState } from "./training-state.ts";

// One file to load for all that saving needs.
export { writeFile } from "../io/files.ts";

/** The JSON part of a saved model. */
export interface Content {
  readonly model: unknown;
  /** Rows that stateful layers keep a state for. */
  readonly rows: number | null;
  readonly training: SavedTraining | null;
}

export interface SavedTraining {
  readonly objective: ObjectiveConfig;
  /** Paths of the weights that it does not change. */
  readonly frozen: readonly string[];
  readonly state: TrainingState;
}

export interface SaveOptions {
  /** Whether what training needs to go on is saved too. @default true */
  readonly includeOptimizer?: boolean;
}

export function encodeModel(
  network: Network,
  rows: number | undefined,
  trained: Training | undefined,
  options: SaveOptions,
): Uint8Array {
  rejectUnknown("save()", options, ["includeOptimizer"]);
  const training = (options.includeOptimizer ?? true) ? trained : undefined;
  const tensors = new Map<string, SavedTensor>();
  const keep = (name: string, variable: Tensor) =>
    tensors.set(name, { shape: variable.shape, data: readNumbers(variable) });
  for (const [name, variable] of variablesOf(network, rows)) keep(name, variable);
  if (training !== undefined) {
    for (const [name, variable] of trainingVariables(training)) keep(name, variable);
    for (const [name, tensor] of callbackTensors(training)) tensors.set(name, tensor);
    for (const [i, tensor] of segmentStates(training).entries()) tensors.set(`${SEGMENT}${i}`, tensor);
  }
  const content: Content = {
    model: networkConfig(network),
    rows: rows ?? null,
    training: training
      ? {
          objective: objectiveConfig(training.objective),
          frozen: frozenIn(network, training),
          state: withoutTensors(training.state),
        }
      : null,
  };
  return encodeCheckpoint({ content, tensors });
}

/** Weights and the states of stateful layers. */
export function variablesOf(network: Network, rows: number | undefined): [string, Tensor][] {
  const states = rows === undefined ? [] : [...network.stateVariables(rows)];
  return [
    ...network.weights.map(({ path, variable }): [string, Tensor] => [path, variable]),
    ...states.map(([path, variable]): [string, Tensor] => [`state/${path}`, variable]),
  ];
}

function frozenIn(network: Network, { parameters }: Training): readonly string[] {
  const trained = new Set(parameters.map(({ path }) => path));
  return network.weights.map(({ path }) => path).filter((path) => !trained.has(path));
}

/** Numbers of the optimizer and of the balance of losses. */
export function trainingVariables({ optimizerState, parameters, balance }: Training): [string, Tensor][] {
  return [
    ...optimizerState.map(({ slot, parameter, variable }): [string, Tensor] => [
      `optimizer/${slot}${parameter === undefined ? "" : `/${parameters[parameter]!.path}`}`,
      variable,
    ]),
    ...balance.map(({ path, variable }): [string, Tensor] => [path, variable]),
  ];
}

/** Weights that callbacks remember are tensors of the file; everything else of the progress is in the JSON part. */
function callbackTensors(training: Training): [string, SavedTensor][] {
  const callbacks = Object.entries(training.progress?.callbacks ?? {});
  return callbacks.flatMap(([callback, { weights = {} }]) =>
    Object.entries(weights).map(([path, tensor]): [string, SavedTensor] => [`${prefixOf(callback)}${path}`, tensor]),
  );
}

/** Within an epoch of segments the states that the last one has left, [rows, size] each. */
function segmentStates({ progress, last, restored }: Training): readonly NumericArray[] {
  if (!progress?.batch) return [];
  return last ? (last.states?.numbers ?? []) : restored;
}

/** Before the numbers of the states that a segment of rows has left. */
export const SEGMENT = "segment/";

export function prefixOf(callback: string): string {
  return `callback/${callback}/`;
}

function withoutTensors(state: TrainingState): TrainingState {
  return mapCallbacks(state, (_callback, { values }) => ({ values }));
}

export function mapCallbacks(
  state: TrainingState,
  change: (callback: string, state: CallbackState) => CallbackState,
): TrainingState {
  if (state.progress === null) return state;
  const entries = Object.entries(state.progress.callbacks);
  const callbacks = Object.fromEntries(entries.map(([name, callback]) => [name, change(name, callback)]));
  return { ...state, progress: { ...state.progress, callbacks } };
}
