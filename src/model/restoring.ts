/** Models from bytes: how what was saved is taken up again. */
import { explain, FormatError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { sameShape, showShape } from "../graph/tensor.ts";
import { type Checkpoint, decodeCheckpoint } from "../io/checkpoint.ts";
import type { Custom } from "../layers/index.ts";
import { catalogue } from "../train/catalogue.ts";
import type { Network } from "./network.ts";
import { networkFromConfig } from "./network-from-config.ts";
import { writeNumbers } from "./numbers.ts";
import { type Objective, resolveObjectiveWith } from "./objective.ts";
import { objectiveOptions } from "./objective-config.ts";
import { type Content, mapCallbacks, prefixOf, SEGMENT, trainingVariables, variablesOf } from "./saving.ts";
import type { Training } from "./training.ts";
import { requireTrainingState, type TrainingState } from "./training-state.ts";

/** A model read from bytes, before it can run. */
export interface Saved {
  readonly network: Network;
  readonly rows: number | undefined;
  readonly training:
    | {
        readonly objective: Objective;
        /** Paths of the weights that it does not change. */
        readonly frozen: readonly string[];
        readonly state: TrainingState;
      }
    | undefined;
  /** Gives a training that was made for that objective its numbers. */
  restore(training: Training): void;
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
    training: training
      ? {
          ...training,
          objective: resolveObjectiveWith(catalogue, network, objectiveOptions(network, training.objective)),
          state: withTensors(training.state, checkpoint),
        }
      : undefined,
    restore(made) {
      for (const [name, variable] of trainingVariables(made)) restore(checkpoint, name, variable);
      const states = tensorsUnder(SEGMENT, checkpoint);
      made.restored = Array.from({ length: states.size }, (_, i) => states.get(`${i}`)!);
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

function restore({ tensors }: Checkpoint, name: string, variable: Tensor): void {
  const found = tensors.get(name);
  if (found === undefined || !sameShape(found.shape, variable.shape)) {
    const expected = `tensor ${show(name)} of shape ${showShape(variable.shape)} in the file`;
    throw new FormatError(explain({ expected, got: found ? showShape(found.shape) : "none" }));
  }
  writeNumbers(variable, found.data);
}

function withTensors(state: TrainingState, checkpoint: Checkpoint): TrainingState {
  return mapCallbacks(state, (callback, { values }) => {
    const weights = tensorsUnder(prefixOf(callback), checkpoint);
    return { values, ...(weights.size > 0 && { weights: Object.fromEntries(weights) }) };
  });
}

/** The tensors whose names begin so, by the rest of their names. */
function tensorsUnder(prefix: string, { tensors }: Checkpoint) {
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
