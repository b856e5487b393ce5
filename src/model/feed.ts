/** From the arrays of a batch to the numbers of a run. */
import { isArrayInput, type NumericArray } from "../data/array.ts";
import type { Batch, Columns } from "../data/batches.ts";
import { isRagged } from "../data/rows.ts";
import { fits } from "../layers/value.ts";
import type { BatchShapes } from "./computations.ts";
import type { Network } from "./network.ts";
import type { Objective } from "./objective.ts";
import { onDemand } from "./on-demand.ts";

/** The arrays of a batch in the order of inputs and outputs. */
export interface Feed {
  readonly shapes: BatchShapes;
  readonly rows: number;
  /** Numbers of x, the lengths of its rows, y, sample weights and of which targets there are, in that order. */
  readonly numbers: readonly ArrayLike<number>[];
}

const loadFullFeed = onDemand(() => import("./full-feed.ts"));

/** A whole batch: checked, and its rows in an order that suits the network where they may end early. */
export async function feedBatch(network: Network, objective: Objective, batch: Batch): Promise<Feed> {
  return plainFeed(network, objective, batch) ?? (await (await loadFullFeed()).feedInFull(network, objective, batch));
}

/** Whether steps of an input may not count. */
export function mayMask({ applications, layers }: Network): boolean {
  return applications.some(({ mask }) => mask) || layers.some(({ layer }) => layer.padding !== undefined);
}

/** An array of numbers in and one out that fit, with nothing else to say of them; `undefined` where there is more to it. */
function plainFeed(network: Network, { heads, missingTargets }: Objective, batch: Batch): Feed | undefined {
  const { x, y, rows, ...further } = batch;
  const [{ symbol }] = network.inputs as [Network["inputs"][number]];
  const [{ loss }] = heads as [Objective["heads"][number]];
  const isPlain =
    network.singleInput &&
    network.singleOutput &&
    isEven(x) &&
    isEven(y) &&
    symbol.dtype === "float32" &&
    fits(x.shape.slice(1), symbol.shape) &&
    loss.targetDType === "float32" &&
    !loss.ofSequences &&
    missingTargets === "propagate" &&
    Object.keys(further).length === 0 &&
    !mayMask(network);
  if (!isPlain) return undefined;
  for (const layer of network.consumers(symbol)) layer.checkIds(x.data);
  const none = [undefined];
  const shapes = { x: [x.shape], y: [y.shape], sampleWeight: none, present: none, lengths: none };
  return { rows, shapes, numbers: [x.data, y.data] };
}

function isEven(columns: Columns): columns is NumericArray {
  return isArrayInput(columns) && !isRagged(columns as NumericArray);
}
