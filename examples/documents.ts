/**
 * Words in sentences in documents: a layer reads each sentence, a second one the sentences. A document is good when more
 * of its sentences are good than bad; "not" turns what a sentence says around, but only that sentence. Documents and
 * sentences are of different lengths: 0 is no word.
 *
 *     npm run build && node examples/documents.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/documents.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import { adam, dense, embedding, gru, sequential, timeDistributed } from "rondo";
import { generator } from "./generator.ts";

const [sentences, words] = [5, 4] as const;
/** 1 is "not", 2 and 3 are good, 4 and 5 are bad, 6 to 11 say nothing. */
const vocabulary = 12;

export function documents(rows: number, seed: number) {
  const random = generator(seed);
  const below = (count: number) => Math.floor(random() * count);
  const ids = new Int32Array(rows * sentences * words);
  const good = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const count = 1 + 2 * below(3);
    let balance = 0;
    for (let sentence = 0; sentence < count; sentence++) {
      const [isGood, isTurned] = [random() < 0.5, random() < 0.3];
      const said = [...(isTurned ? [1] : []), (isGood ? 2 : 4) + below(2)];
      while (said.length < words - below(3)) said.splice(below(said.length + 1), 0, 6 + below(6));
      ids.set(said, (row * sentences + sentence) * words);
      balance += isGood !== isTurned ? 1 : -1;
    }
    good[row] = balance > 0 ? 1 : 0;
  }
  return { x: { data: ids, shape: [rows, sentences, words] }, y: { data: good, shape: [rows, 1] } };
}

/** @returns accuracy on documents that it has not read */
export async function readDocuments(): Promise<number> {
  const net = sequential([
    embedding(vocabulary, 8, { maskZero: true, inputShape: [sentences, words] }),
    timeDistributed(gru(12)),
    gru(12),
    dense(1, { activation: "sigmoid" }),
  ]);
  net.compile({ loss: "binaryCrossentropy", optimizer: adam({ learningRate: 0.01 }), metrics: ["accuracy"] });
  const [seen, unseen] = [documents(1000, 5), documents(500, 6)];
  await net.fit(seen.x, seen.y, { epochs: 12, batchSize: 50 });
  return (await net.evaluate(unseen.x, unseen.y, { batchSize: 500 })).accuracy!;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(`accuracy on new documents ${await readDocuments()}`);
