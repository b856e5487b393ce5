/** How the next id is chosen from the logits of all. */
import { RandomStream } from "../cells/initializers/random-stream.ts";
import { rejectUnknown, requireInteger } from "../errors.ts";
import { logProbabilities, requireLogits } from "./log-probabilities.ts";
import { temperature } from "./temperature.ts";
import { topK } from "./top-k.ts";
import { topP } from "./top-p.ts";

/** From the logits of a row to an id. Rows are sequences side by side; each has random numbers of its own. */
export type Choose = (logits: ArrayLike<number>, row: number) => number;

export interface SampleOptions {
  /** Below 1 the distribution is sharper, above 1 flatter. @default 1 */
  readonly temperature?: number;
  /** Only the that many most probable ids may come. @default all */
  readonly topK?: number;
  /** Only the fewest ids whose probabilities add up to that may come (nucleus sampling). @default 1, all */
  readonly topP?: number;
  /** The same seed gives the same choices. @default 0 */
  readonly seed?: number;
}

/** The second word of the random key; initial weights have −1 and runs of a model their number there. */
const CHOICES = -2;

/** Always the most probable id, the lowest of equal ones. */
export function greedy(): Choose {
  return (logits) => {
    requireLogits(logits);
    let best = 0;
    for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
    return best;
  };
}

/**
 * Draws an id from the distribution after temperature, top-k and top-p, in that order.
 *
 * @throws OptionError for a temperature, topK or topP that makes no sense
 */
export function sample(options: SampleOptions = {}): Choose {
  rejectUnknown("sample()", options, ["temperature", "topK", "topP", "seed"]);
  const { seed = 0 } = options;
  requireInteger("seed", seed, 0);
  filter([0], options);
  const streams = new Map<number, RandomStream>();
  return (logits, row) => {
    const stream = streams.get(row) ?? new RandomStream([seed, CHOICES], row);
    streams.set(row, stream);
    return draw(logProbabilities(filter(logits, options)), stream.uniform());
  };
}

function filter(logits: ArrayLike<number>, options: SampleOptions): ArrayLike<number> {
  const heated = options.temperature === undefined ? logits : temperature(logits, options.temperature);
  const fewer = options.topK === undefined ? heated : topK(heated, options.topK);
  return options.topP === undefined ? fewer : topP(fewer, options.topP);
}

/** The first id at which the sum of probabilities exceeds `uniform`; rounding may leave that to the last possible one. */
function draw(logs: Float64Array, uniform: number): number {
  let sum = 0;
  let last = 0;
  for (const [id, log] of logs.entries()) {
    if (log === Number.NEGATIVE_INFINITY) continue;
    last = id;
    sum += Math.exp(log);
    if (uniform < sum) return id;
  }
  return last;
}
