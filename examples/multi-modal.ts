/**
 * Several kinds of inputs and several tasks in one model: the readings of a machine, the words of its operator's note and
 * static facts say together how much longer it will run and what is wrong with it. The data are made here, so that it is
 * known what they say: each input has a part of the answer that the others have not.
 *
 *     npm run build && node examples/multi-modal.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/multi-modal.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import {
  adam,
  concatenate,
  dense,
  embedding,
  globalAveragePooling1d,
  gru,
  input,
  model,
  type NumericArray,
} from "rondo";
import { generator } from "./generator.ts";

const [steps, words, vocabulary] = [12, 6, 20] as const;

/** What is wrong: 0 nothing, 1 heat, 2 wear. Words 1 to 4 of a note speak of heat, 5 to 8 of wear, all others of nothing. */
export function machines(rows: number, seed: number) {
  const random = generator(seed);
  const readings = new Float32Array(rows * steps * 2);
  const note = new Int32Array(rows * words);
  const facts = new Float32Array(rows * 2);
  const life = new Float32Array(rows);
  const fault = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const kind = Math.floor(random() * 3);
    const slope = random() - 0.5;
    const [age, load] = [random(), random()];
    for (let step = 0; step < steps; step++) {
      const at = (row * steps + step) * 2;
      readings[at] = slope * step * 0.2 + 0.2 * (random() - 0.5);
      readings[at + 1] = random() - 0.5;
    }
    for (let word = 0; word < words; word++) {
      const speaks = random() < 0.5 && kind > 0;
      note[row * words + word] =
        1 + Math.floor(speaks ? 4 * (kind - 1) + 4 * random() : 8 + (vocabulary - 9) * random());
    }
    facts.set([age, load], row * 2);
    fault[row] = kind;
    life[row] = 1 - age - 2 * slope * load - (kind === 0 ? 0 : 0.3 * kind) + 0.05 * (random() - 0.5);
  }
  const array = <T extends NumericArray["data"]>(data: T, ...shape: number[]) => ({ data, shape: [rows, ...shape] });
  return {
    x: { readings: array(readings, steps, 2), note: array(note, words), facts: array(facts, 2) },
    y: { life: array(life, 1), fault: array(fault) },
  };
}

/** @param sees which inputs it uses; the others are made zeros */
async function train(sees: readonly string[], lifeAlone = false) {
  const readings = input({ shape: [steps, 2] });
  const note = input({ shape: [words], dtype: "int32" });
  const facts = input({ shape: [2] });
  const joined = dense(24, { activation: "tanh" }).apply(
    concatenate().apply([
      gru(12).apply(readings),
      globalAveragePooling1d().apply(embedding(vocabulary, 8).apply(note)),
      facts,
    ]),
  );
  const net = model({
    inputs: { readings, note, facts },
    outputs: { life: dense(1).apply(joined), fault: dense(3, { activation: "softmax" }).apply(joined) },
  });
  net.compile({
    loss: { life: "meanSquaredError", fault: "sparseCategoricalCrossentropy" },
    lossWeights: lifeAlone ? { fault: 0 } : "uncertaintyWeights",
    metrics: { fault: ["accuracy"] },
    optimizer: adam({ learningRate: 0.01 }),
  });
  const hide = ({ x, y }: ReturnType<typeof machines>) => {
    const shown = Object.entries(x).map(([name, { data, shape }]) => [
      name,
      { data: sees.includes(name) ? data : data.map(() => 0), shape },
    ]);
    return { x: Object.fromEntries(shown) as typeof x, y };
  };
  const [seen, unseen] = [hide(machines(500, 1)), hide(machines(300, 2))];
  await net.fit(seen.x, seen.y, { epochs: 14, batchSize: 50 });
  return await net.evaluate(unseen.x, unseen.y, { batchSize: 300 });
}

export async function compareModes(say: (line: string) => void) {
  const show = ({ life_loss, fault_accuracy }: Awaited<ReturnType<typeof train>>) =>
    `remaining life: mean squared error ${life_loss.toFixed(4)}, fault: accuracy ${fault_accuracy!.toFixed(3)}`;
  const everything = await train(["readings", "note", "facts"]);
  say(`all inputs, both tasks      ${show(everything)}`);
  const withoutNote = await train(["readings", "facts"]);
  say(`without the note            ${show(withoutNote)}`);
  const lifeAlone = await train(["readings", "note", "facts"], true);
  say(`all inputs, life alone      remaining life: mean squared error ${lifeAlone.life_loss.toFixed(4)}`);
  return { everything, withoutNote, lifeAlone };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compareModes(console.log);
