/** Reads streams of batches, pass by pass and epoch by epoch. */
import { explain, OptionError, StateError } from "../errors.ts";
import type { BatchSource, BatchStream, Examples } from "./batches.ts";
import { toBatch } from "./to-batch.ts";

export interface StreamBatchesOptions {
  /**
   * Batches of an epoch: the stream goes on from epoch to epoch, beginning again where it ends.
   * @default one pass through the stream is an epoch
   */
  readonly stepsPerEpoch?: number;
  /** The epoch that the first batch of the stream belongs to. @default 0 */
  readonly firstEpoch?: number;
}

/** Batches of a stream. A stream that can be read only once lasts for one pass. */
export function streamBatches(stream: BatchStream, options: StreamBatchesOptions = {}): BatchSource {
  const { stepsPerEpoch, firstEpoch = 0 } = options;
  const reader = new StreamReader(stream);
  return {
    ...(stepsPerEpoch !== undefined && { batches: stepsPerEpoch }),
    async *epoch(epoch, skip) {
      if (stepsPerEpoch === undefined) {
        await reader.open(epoch);
        for (let index = 0; ; index++) {
          const batch = await reader.next();
          if (batch === undefined && index > 0) return;
          if (batch === undefined) throw noBatches();
          if (index >= skip) yield toBatch(batch);
        }
      }
      const start = (epoch - firstEpoch) * stepsPerEpoch;
      await reader.goTo(start + skip);
      for (let index = skip; index < stepsPerEpoch; index++) yield toBatch(await reader.nextOfEndless());
    },
    close: () => reader.close(),
  };
}

/** Reads a stream pass by pass. */
class StreamReader {
  readonly #stream: BatchStream;
  #iterator: Iterator<Examples> | AsyncIterator<Examples> | undefined;
  #previous: Iterator<Examples> | AsyncIterator<Examples> | undefined;
  #pass = 0;
  #inPass = 0;
  /** Batches read since the beginning of pass 0. */
  #position = 0;

  constructor(stream: BatchStream) {
    this.#stream = stream;
  }

  async open(pass: number): Promise<void> {
    await this.close();
    const iterable = typeof this.#stream === "function" ? this.#stream(pass) : this.#stream;
    const iterator = Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
    // An iterable that hands out the same iterator again, as a generator object does, cannot be read again.
    if (iterator === this.#previous) {
      const remedy = "give a generator function, or an iterable that can be read again";
      throw new StateError(explain({ expected: "more batches from the stream", got: "its end", remedy }));
    }
    this.#iterator = iterator;
    this.#previous = iterator;
    this.#pass = pass;
    this.#inPass = 0;
  }

  async next(): Promise<Examples | undefined> {
    const result = await this.#iterator!.next();
    if (result.done) {
      this.#iterator = undefined;
      return undefined;
    }
    this.#inPass++;
    this.#position++;
    return result.value;
  }

  /** The next batch, beginning another pass where one ends. */
  async nextOfEndless(): Promise<Examples> {
    if (this.#iterator === undefined) await this.open(this.#pass);
    const batch = await this.next();
    if (batch !== undefined) return batch;
    if (this.#inPass === 0) throw noBatches();
    await this.open(this.#pass + 1);
    return (await this.next()) ?? Promise.reject(noBatches());
  }

  /** Makes the batch at `position` the next one of the endless stream. */
  async goTo(position: number): Promise<void> {
    if (position < this.#position) {
      await this.open(0);
      this.#position = 0;
    }
    while (this.#position < position) await this.nextOfEndless();
  }

  async close(): Promise<void> {
    const open = this.#iterator;
    this.#iterator = undefined;
    await open?.return?.();
  }
}

function noBatches(): OptionError {
  return new OptionError(explain({ expected: "the stream to give at least one batch", got: "none" }));
}
