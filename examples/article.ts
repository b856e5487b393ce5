/**
 * Sequence classification with three stacked LSTM layers, on a task that cannot be done without memory: which of four
 * symbols was shown at the very first step? What follows are random symbols that say nothing about it.
 *
 *     npm run build && node examples/article.ts      Node 22.18 or later, which reads TypeScript
 *     npx vitest run examples/article.test.ts        any Node
 */
import { fileURLToPath } from "node:url";
import { adam, dense, type History, lstm, type NumericArray, sequential } from "rondo";
import { generator } from "./generator.ts";

const timeSteps = 12;
const classes = 4;
const features = classes;

/** Rows of random symbols, one-hot; the class of a row is its first symbol. */
export function sequences(rows: number, seed: number): { x: NumericArray; y: NumericArray } {
  const x = new Float32Array(rows * timeSteps * features);
  const y = new Float32Array(rows * classes);
  const random = generator(seed);
  for (let row = 0; row < rows; row++) {
    for (let step = 0; step < timeSteps; step++) {
      const symbol = Math.floor(random() * classes);
      x[(row * timeSteps + step) * features + symbol] = 1;
      if (step === 0) y[row * classes + symbol] = 1;
    }
  }
  return { x: { data: x, shape: [rows, timeSteps, features] }, y: { data: y, shape: [rows, classes] } };
}

export async function trainArticle(say: (line: string) => void): Promise<{ history: History; accuracy: number }> {
  const { x: xTrain, y: yTrain } = sequences(4096, 1);
  const { x: xVal, y: yVal } = sequences(512, 2);

  const model = sequential([
    lstm(50, { returnSequences: true, inputShape: [timeSteps, features] }),
    lstm(50, { returnSequences: true }),
    lstm(50),
    dense(classes, { activation: "softmax" }),
  ]);
  model.compile({ loss: "categoricalCrossentropy", optimizer: adam(), metrics: ["accuracy"] });
  say(model.summary());

  const history = await model.fit(xTrain, yTrain, { epochs: 10, batchSize: 128, validationData: [xVal, yVal] });
  for (const [i, epoch] of history.epochs.entries()) {
    const numbers = Object.entries(history.metrics).map(([name, values]) => `${name} ${values[i]!.toFixed(4)}`);
    say(`epoch ${epoch + 1}: ${numbers.join("  ")}`);
  }

  const { accuracy } = await model.evaluate(xVal, yVal);
  const { data, shape } = await model.predict(xVal);
  say(`validation accuracy ${accuracy}; predictions [${shape.join(", ")}], the first: ${data.slice(0, classes)}`);
  return { history, accuracy: accuracy! };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { accuracy } = await trainArticle(console.log);
  process.exitCode = accuracy < 0.95 ? 1 : 0;
}
