/** Models as bytes: what is written, and how it is taken up again. */
import { explain, FormatError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type SavedTensor } from "../io/checkpoint.ts";
import type { Custom } from "../layers/index.ts";
import type { CallbackState } from "../train/progress.ts";
import { networkConfig, networkFromConfig } from "./config.ts";
import type { Network } from "./network.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";
import { type ObjectiveConfig, objectiveConfig } from "./objective.ts";
import type { Training } from "./training.ts";
import { requireTrainingState, type TrainingState } from "./training-state.ts";

/** The JSON part of a saved model. */
interface Content {
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

/** A model read from bytes, before it can run. */
export interface Saved {
  readonly network: Network;
  readonly rows: number | undefined;
  readonly training: SavedTraining | undefined;
  /** Gives a training that was made for the saved objective its numbers. */
  restore(training: Training): void;
}

/** @param training leave it out to save weights and layers alone */
export function encodeModel(network: Network, rows: number | undefined, training: Training | undefined): Uint8Array {
  const tensors = new Map<string, SavedTensor>();
  const keep = (name: string, variable: Tensor) =>
    tensors.set(name, { shape: variable.shape, data: readNumbers(variable) });
  for (const [name, variable] of variablesOf(network, rows)) keep(name, variable);
  if (training !== undefined) {
    for (const [name, variable] of optimizerVariables(training)) keep(name, variable);
    for (const [name, tensor] of callbackTensors(training)) tensors.set(name, tensor);
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

/** Throws a `FormatError` for bytes that are no model, or whose parts do not fit together. */
export function decodeModel(bytes: Uint8Array, custom: Custom): Saved {
  const checkpoint = decodeCheckpoint(bytes);
  const { model, rows, training } = requireContent(checkpoint.content);
  const network = networkFromConfig(model, custom);
  for (const [name, variable] of variablesOf(network, rows ?? undefined)) restore(checkpoint, name, variable);
  return {
    network,
    rows: rows ?? undefined,
    training: training ? { ...training, state: withTensors(training.state, checkpoint) } : undefined,
    restore(made) {
      for (const [name, variable] of optimizerVariables(made)) restore(checkpoint, name, variable);
    },
  };
}

/** Checks everything but the layers, which check themselves, and the objective, which `compile` checks. */
function requireContent(content: unknown): Content {
  const { rows = null, training = null, ...rest } = (content ?? {}) as Partial<Content>;
  const fail = (expected: string, got: unknown) => new FormatError(explain({ expected, got: show(got) }));
  if (rows !== null && !(Number.isSafeInteger(rows) && rows >= 1)) throw fail("a number of rows in the file", rows);
  if (training === null) return { model: rest.model, rows, training };
  const { objective, frozen = [], state } = training;
  if (typeof objective !== "object" || objective === null) throw fail("what the model was compiled for", objective);
  if (!Array.isArray(frozen) || !frozen.every((path) => typeof path === "string")) {
    throw fail("a list of the weights that are frozen", frozen);
  }
  requireTrainingState(state);
  return { model: rest.model, rows, training: { objective, frozen, state } };
}

/** Weights and the states of stateful layers. */
function variablesOf(network: Network, rows: number | undefined): [string, Tensor][] {
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

function optimizerVariables({ optimizerState, parameters }: Training): [string, Tensor][] {
  return optimizerState.map(({ slot, parameter, variable }) => [
    `optimizer/${slot}${parameter === undefined ? "" : `/${parameters[parameter]!.path}`}`,
    variable,
  ]);
}

function restore({ tensors }: Checkpoint, name: string, variable: Tensor): void {
  const found = tensors.get(name);
  if (found === undefined || !sameShape(found.shape, variable.shape)) {
    const expected = `tensor ${show(name)} of shape ${showShape(variable.shape)} in the file`;
    throw new FormatError(explain({ expected, got: found ? showShape(found.shape) : "none" }));
  }
  writeNumbers(variable, found.data);
}

/** Weights that callbacks remember are tensors of the file; everything else of the progress is in the JSON part. */
function callbackTensors(training: Training): [string, SavedTensor][] {
  const callbacks = Object.entries(training.progress?.callbacks ?? {});
  return callbacks.flatMap(([callback, { weights = {} }]) =>
    Object.entries(weights).map(([path, tensor]): [string, SavedTensor] => [`${prefixOf(callback)}${path}`, tensor]),
  );
}

function prefixOf(callback: string): string {
  return `callback/${callback}/`;
}

function withoutTensors(state: TrainingState): TrainingState {
  return mapCallbacks(state, (_callback, { values }) => ({ values }));
}

function withTensors(state: TrainingState, { tensors }: Checkpoint): TrainingState {
  return mapCallbacks(state, (callback, { values }) => {
    const prefix = prefixOf(callback);
    const own = [...tensors].filter(([name]) => name.startsWith(prefix));
    const weights = Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    return { values, ...(own.length > 0 && { weights }) };
  });
}

function mapCallbacks(
  state: TrainingState,
  change: (callback: string, state: CallbackState) => CallbackState,
): TrainingState {
  if (state.progress === null) return state;
  const entries = Object.entries(state.progress.callbacks);
  const callbacks = Object.fromEntries(entries.map(([name, callback]) => [name, change(name, callback)]));
  return { ...state, progress: { ...state.progress, callbacks } };
}
