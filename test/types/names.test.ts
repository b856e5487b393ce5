/** Names of inputs and outputs, as the compiler of TypeScript knows them: checked by it, not by running. */
import {
  type ArrayLikeInput,
  type CompileOptions,
  concatenate,
  dense,
  embedding,
  fromBytes,
  gru,
  input,
  lstm,
  type Model,
  model,
  type NumericArray,
  sequential,
} from "rondo";
import { describe, expectTypeOf, test } from "vitest";

const make = () => {
  const series = input({ shape: [null, 3] });
  const text = input({ shape: [8], dtype: "int32" });
  const joined = concatenate().apply([lstm(4).apply(series), gru(4).apply(embedding(20, 4).apply(text))]);
  const outputs = { price: dense(1).apply(joined), mood: dense(3, { activation: "softmax" }).apply(joined) };
  return model({ inputs: { series, text }, outputs });
};
type Net = ReturnType<typeof make>;
type Data<T> = { readonly [K in keyof T]: ArrayLikeInput };
/** Never called: these lines are for the compiler alone. */
const unused = (_lines: (net: Net, a: NumericArray) => unknown) => {};

describe("a model with named inputs and outputs", () => {
  test("has their names in its type", () => {
    type P = { readonly price: NumericArray; readonly mood: NumericArray };
    expectTypeOf<Net>().toEqualTypeOf<Model<P, Data<{ series: 0; text: 0 }>>>();
    expectTypeOf<Net["predict"]>().parameter(0).toEqualTypeOf<Data<{ series: 0; text: 0 }>>();
    expectTypeOf<Net["predict"]>().returns.resolves.toEqualTypeOf<P>();
    expectTypeOf<Net["trainOnBatch"]>().parameter(1).toEqualTypeOf<Data<P>>();
  });

  test("refuses other names of data", () => {
    unused((net, a) => [
      net.fit({ series: a, text: a }, { price: a, mood: a }),
      net.fit({ series: a, text: a }, { price: a, mood: a }, { sampleWeight: { mood: a } }),
      net.fit({ series: a, text: a }, { price: a, mood: a }, { sampleWeight: a, validationSplit: 0.1 }),
      net.fit(
        { series: a, text: a },
        { price: a, mood: a },
        {
          validationData: [
            { series: a, text: a },
            { price: a, mood: a },
          ],
        },
      ),
      net.fit([{ x: { series: a, text: a }, y: { price: a, mood: a } }]),
      // @ts-expect-error an input is missing
      net.predict({ series: a }),
      // @ts-expect-error there is no such input
      net.predict({ series: a, text: a, image: a }),
      // @ts-expect-error one array for two inputs
      net.predict(a),
      // @ts-expect-error an output is missing
      net.fit({ series: a, text: a }, { price: a }),
      // @ts-expect-error there is no such output
      net.evaluate({ series: a, text: a }, { price: a, mood: a, color: a }),
      // @ts-expect-error there is no such output to weigh
      net.fit({ series: a, text: a }, { price: a, mood: a }, { sampleWeight: { color: a } }),
      net.fit(
        { series: a, text: a },
        { price: a, mood: a },
        {
          // @ts-expect-error validation data without an input
          validationData: [{ series: a }, { price: a, mood: a }],
        },
      ),
      // @ts-expect-error a stream without an output
      net.fit([{ x: { series: a, text: a }, y: { price: a } }]),
    ]);
  });

  test("compiles for its own outputs alone", () => {
    unused((net) => [
      net.compile({ loss: "huber", optimizer: "adam", lossWeights: { mood: 2 } }),
      net.compile({ loss: { price: "huber", mood: "huber" }, optimizer: "adam", lossWeights: "uncertaintyWeights" }),
      net.compile({ loss: "huber", optimizer: "adam", metrics: { mood: ["accuracy"] } }),
      // @ts-expect-error a loss for one output of two
      net.compile({ loss: { price: "huber" }, optimizer: "adam" }),
      // @ts-expect-error there is no such output to weigh
      net.compile({ loss: "huber", optimizer: "adam", lossWeights: { color: 2 } }),
      // @ts-expect-error there is no such output to measure
      net.compile({ loss: "huber", optimizer: "adam", metrics: { color: ["accuracy"] } }),
    ]);
  });

  test("measures the loss of each output", () => {
    type Measured = Awaited<ReturnType<Net["evaluate"]>>;
    expectTypeOf<Measured["loss"]>().toEqualTypeOf<number>();
    expectTypeOf<Measured["price_loss"]>().toEqualTypeOf<number>();
    expectTypeOf<Measured["mood_accuracy"]>().toEqualTypeOf<number>();
  });
});

test("a model with one input and one output takes arrays", () => {
  const net = () => sequential([lstm(3, { inputShape: [4, 2] }), dense(1)]);
  expectTypeOf<ReturnType<typeof net>>().toEqualTypeOf<Model<NumericArray, ArrayLikeInput>>();
  expectTypeOf<ReturnType<typeof net>>().toExtend<Model>();
});

test("lists of inputs and outputs go by names that TypeScript does not know", () => {
  const x = input({ shape: [2], name: "x" });
  const net = () => model({ inputs: [x], outputs: [dense(1).apply(x)] });
  type Found = ReturnType<typeof net>;
  expectTypeOf<Found["predict"]>().parameter(0).toEqualTypeOf<Readonly<Record<string, ArrayLikeInput>>>();
  expectTypeOf<Found["predict"]>().returns.resolves.toEqualTypeOf<Readonly<Record<string, NumericArray>>>();
});

test("a loaded model is what it is said to be", () => {
  const net = () => fromBytes<{ readonly a: NumericArray; readonly b: NumericArray }>(new Uint8Array());
  expectTypeOf<Parameters<ReturnType<typeof net>["trainOnBatch"]>[1]>().toEqualTypeOf<Data<{ a: 0; b: 0 }>>();
  expectTypeOf<{ loss: "huber"; optimizer: "adam" }>().toExtend<CompileOptions>();
});
