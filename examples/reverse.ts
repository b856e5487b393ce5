/**
 * An encoder-decoder: one network reads digits, another one writes them in reverse. It is trained with scheduled sampling,
 * reading some of its own digits instead of the right ones, and writes with beam search.
 *
 *     npm run build && node examples/reverse.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/reverse.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import { adam, decoder, embedding, gru, input, model } from "rondo";
import { beamSearch, beginWith } from "rondo/decode";
import { generator } from "./generator.ts";

/** Ids: 0 for padding, 1 for the start, 2 for the end, then the digits. */
const [start, end, firstDigit, vocabulary] = [1, 2, 3, 13] as const;
const longest = 4;

/** Digits, what the decoder reads, and what it should write. */
function examples(rows: number, seed: number) {
  const random = generator(seed);
  const [source, target, written] = [longest, longest + 1, longest + 1].map((time) => new Int32Array(rows * time));
  for (let row = 0; row < rows; row++) {
    const length = 2 + Math.floor(random() * (longest - 1));
    const digits = Array.from({ length }, () => firstDigit + Math.floor(random() * 10));
    source!.set(digits, row * longest);
    target!.set([start, ...digits.toReversed()], row * (longest + 1));
    written!.set([...digits.toReversed(), end], row * (longest + 1));
  }
  return {
    x: { source: { data: source!, shape: [rows, longest] }, target: { data: target!, shape: [rows, longest + 1] } },
    y: { data: written!, shape: [rows, longest + 1] },
  };
}

/** Trains, and gives the share of 50 other sequences that are written without a mistake. */
export async function trainReverse(say: (line: string) => void): Promise<number> {
  const source = input({ shape: [null], dtype: "int32", name: "source" });
  const target = input({ shape: [null], dtype: "int32", name: "target" });
  const state = gru(64).apply(embedding(vocabulary, 24, { maskZero: true }).apply(source));
  const writes = decoder(gru(64), vocabulary, { width: 24, maskZero: true, samplingRate: 0.25, samplingSteps: 200 });
  const net = model({ inputs: { source, target }, outputs: writes.apply(target, { initialState: [state] }) });
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: adam({ learningRate: 4e-3, globalClipNorm: 1 }) });
  const { x, y } = examples(4096, 1);
  const { metrics } = await net.fit(x, y, { epochs: 10, batchSize: 128 });
  say(`loss ${metrics.loss!.at(-1)!.toFixed(3)}`);

  // The same layers, apart: one model gives the state, the other one writes from it, digit by digit.
  const encoder = model({ inputs: source, outputs: state });
  const stream = await model({ inputs: target, outputs: writes.apply(target) }).stream({ rows: 4 });
  const test = examples(50, 2);
  const states = await encoder.predict(test.x.source);
  const units = states.shape[1]!;
  let right = 0;
  for (let row = 0; row < 50; row++) {
    const begun = beginWith(stream, { "gru h": states.data.subarray(row * units, (row + 1) * units) });
    const [best] = await beamSearch(begun, { prompt: [start], length: longest + 1, endId: end });
    const wanted = Array.from(test.y.data.subarray(row * (longest + 1), (row + 1) * (longest + 1))).filter(
      (id) => id > end,
    );
    if (best!.ids.join() === wanted.join()) right += 1;
    if (row < 3)
      say(`${wanted.map((id) => id - firstDigit).join("")} written ${best!.ids.map((id) => id - firstDigit).join("")}`);
  }
  return right / 50;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${100 * (await trainReverse(console.log))} % without a mistake`);
}
