/** One network, one seed, one budget. */

import { RandomStream } from "../../cells/initializers/random-stream.ts";
import type { Engine } from "../../engine/engine.ts";
import { adam, huber, type Model } from "../../index.ts";
import type { Examples } from "../network.ts";
import type { Numbers } from "../samples.ts";
import { measured } from "./memory.ts";

/** So many updates, or so many seconds of them. */
export type Budget = { readonly updates: number } | { readonly seconds: number };

export interface Trained {
  readonly predict: (x: Numbers) => Promise<Float32Array>;
  /** Updates made. */
  readonly updates: number;
  /** Seconds that updates took, the first with its compiling among them; validation does not count. */
  readonly seconds: number;
  /** Bytes of the program of an update. */
  readonly memory: number;
}

export interface Training {
  readonly network: Model;
  readonly examples: Examples;
  readonly validation: Examples;
  readonly budget: Budget;
  readonly batchSize: number;
  readonly seed: number;
  readonly engine: Engine;
  readonly signal: AbortSignal | undefined;
}

const LEARNING_RATE = 0.002;
/** How often in a budget weights are judged by the validation part; the best are kept. */
const JUDGEMENTS = 20;

export async function trainRun(training: Training): Promise<Trained> {
  const { network, examples, validation, budget, batchSize, seed, signal } = training;
  const { engine, bytes } = measured(training.engine);
  network.compile({ loss: huber(), optimizer: adam({ learningRate: LEARNING_RATE, globalClipNorm: 1 }), seed, engine });
  const nextBatch = shuffledBatches(examples, batchSize, seed);
  const judge = async () =>
    (await network.evaluate(validation.x, validation.y, { sampleWeight: validation.weights })).loss ?? Number.NaN;
  let best = { loss: await judge(), weights: network.getWeights() };
  let memory = 0;
  let updates = 0;
  let seconds = 0;
  let judged = 0;
  const share = () => ("updates" in budget ? updates / budget.updates : seconds / budget.seconds);
  while (share() < 1) {
    signal?.throwIfAborted();
    const { x, y, weights } = nextBatch();
    const began = performance.now();
    await network.trainOnBatch(x, y, { sampleWeight: weights });
    seconds += (performance.now() - began) / 1000;
    if (updates++ === 0) memory = bytes();
    if (share() * JUDGEMENTS < judged + 1) continue;
    judged = Math.floor(share() * JUDGEMENTS);
    const loss = await judge();
    if (loss < best.loss) best = { loss, weights: network.getWeights() };
  }
  network.setWeights(best.weights);
  return {
    predict: async (x) => (await network.predict(x, { batchSize: 256 })).data as Float32Array,
    ...{ updates, seconds, memory },
  };
}

/** Batch after batch, all examples once before one comes again, in an order that the seed decides. */
function shuffledBatches({ x, y, weights }: Examples, batchSize: number, seed: number): () => Examples {
  const count = x.shape[0] as number;
  const random = new RandomStream([seed >>> 0, 0], 0);
  const order = Array.from({ length: count }, (_, row) => row);
  let at = count;
  const rows = Math.min(batchSize, count);
  return () => {
    if (at + rows > count) {
      for (let last = count - 1; last > 0; last--) {
        const other = Math.floor(random.uniform() * (last + 1));
        [order[last], order[other]] = [order[other]!, order[last]!];
      }
      at = 0;
    }
    const chosen = order.slice(at, at + rows);
    at += rows;
    return { x: rowsOf(x, chosen), y: rowsOf(y, chosen), weights: rowsOf(weights, chosen) };
  };
}

function rowsOf({ data, shape }: Numbers, rows: readonly number[]): Numbers {
  const width = data.length / (shape[0] as number);
  const picked = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) picked.set(data.subarray(row * width, (row + 1) * width), i * width);
  return { data: picked, shape: [rows.length, ...shape.slice(1)] };
}
