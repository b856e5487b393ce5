/**
 * Translation with attention: numbers become words, from the last digit to the first, "4096" becomes "six nine zero four".
 * The decoder looks at the digits at every step (Luong et al. 2015), so that its state need not hold them all. It writes
 * numbers that it has never seen, by beam search over a stream of the trained model itself.
 *
 *     npm run build && node examples/number-words.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/number-words.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import { adam, attending, decoder, embedding, gru, input, model, type SymbolicTensor } from "rondo";
import { beamSearch } from "rondo/decode";
import { generator } from "./generator.ts";

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
/** Ids that the decoder reads and writes: 0 for padding, 1 for the start, 2 for the end, then the words. */
const [start, end, firstWord] = [1, 2, 3] as const;
const [shortest, longest] = [4, 8] as const;

/** Numbers as text, each once. */
function numbers(count: number, seed: number): readonly string[] {
  const random = generator(seed);
  const found = new Set<string>();
  while (found.size < count) {
    const length = shortest + Math.floor(random() * (longest - shortest + 1));
    found.add(Array.from({ length }, () => Math.floor(random() * 10)).join(""));
  }
  return [...found];
}

/** Rows of ids, padded with 0 to so many steps. */
function padded(rows: readonly (readonly number[])[], steps: number) {
  const data = new Int32Array(rows.length * steps);
  for (const [row, ids] of rows.entries()) data.set(ids, row * steps);
  return { data, shape: [rows.length, steps] };
}

/** Digits as ids from 1. */
const sourceOf = (number: string) => Array.from(number, (digit) => Number(digit) + 1);
const wordsOf = (number: string) => Array.from(number, (digit) => Number(digit) + firstWord).reverse();
const textOf = (ids: readonly number[]) => ids.map((id) => words[id - firstWord] ?? "?").join(" ");

/** Trains, and gives the share of 40 numbers that were not among those of the training and are written without a mistake. */
export async function trainNumberWords(say: (line: string) => void, looks = true, epochs = 5): Promise<number> {
  const source = input({ shape: [null], dtype: "int32", name: "source" });
  const target = input({ shape: [null], dtype: "int32", name: "target" });
  const encoder = gru(32, { returnSequences: true, returnState: true });
  const digits = embedding(11, 16, { maskZero: true }).apply(source);
  const [encoded, state] = encoder.apply(digits) as [SymbolicTensor, SymbolicTensor];
  const layer = looks ? attending(gru(32)) : gru(32);
  const writes = decoder(layer, words.length + firstWord, { width: 16, maskZero: true });
  const outputs = writes.apply(looks ? [target, encoded] : target, { initialState: [state] });
  const net = model({ inputs: { source, target }, outputs });
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: adam({ learningRate: 1e-2, globalClipNorm: 1 }) });

  const all = numbers(3040, 1);
  const [seen, unseen] = [all.slice(0, -40), all.slice(-40)];
  const x = {
    source: padded(seen.map(sourceOf), longest),
    target: padded(
      seen.map((number) => [start, ...wordsOf(number)]),
      longest + 1,
    ),
  };
  const y = padded(
    seen.map((number) => [...wordsOf(number), end]),
    longest + 1,
  );
  const { metrics } = await net.fit(x, y, { epochs, batchSize: 64 });
  say(`loss ${metrics.loss!.at(-1)!.toFixed(3)}`);

  // The encoder reads a number once; the decoder goes on from it step by step.
  const constantsOf = (number: string) => ({ source: padded([sourceOf(number)], longest) });
  const stream = await net.stream({ rows: 3, constants: constantsOf(unseen[0]!) });
  let right = 0;
  for (const [i, number] of unseen.entries()) {
    await stream.setConstants(constantsOf(number));
    const [best] = await beamSearch(stream, { prompt: [start], length: longest + 1, endId: end });
    if (best!.ids.join() === wordsOf(number).join()) right += 1;
    if (i < 3) say(`${number} written ${textOf(best!.ids)}`);
  }
  return right / unseen.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(`${100 * (await trainNumberWords(console.log))} % without a mistake`);
  console.log(`${100 * (await trainNumberWords(console.log, false))} % without looking at the digits`);
}
