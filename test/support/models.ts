/** Models under test: on the reference engine, whose float64 makes gradients comparable with finite differences. */
import { type ColumnsInput, type CompileOptions, type Model, type NumericArray, type Prediction, sgd } from "rondo";
import { finiteDifferences, wave } from "./numbers.ts";

/** An array of numbers without pattern. */
export function waves(shape: readonly number[], seed = 0): NumericArray {
  return {
    data: wave(
      shape.reduce((product, size) => product * size, 1),
      seed,
    ),
    shape,
  };
}

/** Compiles so that one update subtracts the gradient itself. */
export function compileForGradient<P extends Prediction>(
  model: Model<P>,
  options: Pick<CompileOptions, "loss" | "metrics" | "lossWeights" | "missingTargets" | "engine"> = {
    loss: "meanSquaredError",
  },
): void {
  (model as unknown as AnyModel).compile({
    optimizer: sgd({ learningRate: 1 }),
    seed: 7,
    engine: "reference",
    ...options,
  });
}

/** Gives all weights numbers without pattern, biases included, so that nothing is zero by chance. */
export function setWaves<P extends Prediction>(model: Model<P>, scale = 0.5): void {
  const weights = model.getWeights();
  model.setWeights(
    weights.map(({ shape }, i) => ({ shape, data: waves(shape, i).data.map((x) => scale * x) as Float64Array })),
  );
}

type Data = readonly [x: ColumnsInput, y: ColumnsInput, options?: { readonly sampleWeight?: ColumnsInput }];
/** A model whose names of inputs and outputs are not known. */
type AnyModel = Model<Prediction, ColumnsInput>;

/** dLoss/dWeights for one batch, from one update; the weights stay as they were. */
export async function gradientsOf<P extends Prediction>(model: Model<P>, ...data: Data): Promise<Float64Array[]> {
  const before = model.getWeights();
  await (model as unknown as AnyModel).trainOnBatch(...data);
  const after = model.getWeights();
  model.setWeights(before);
  return before.map(({ data }, i) => Float64Array.from(data, (x, k) => x - after[i]!.data[k]!));
}

/** The same from central differences of the loss that `evaluate` gives. */
export async function differencesOf<P extends Prediction>(
  model: Model<P>,
  [x, y, options]: Data,
): Promise<Float64Array[]> {
  const before = model.getWeights();
  const lossAt = async (lists: readonly Float64Array[]) => {
    model.setWeights(lists.map((data, i) => ({ data, shape: before[i]!.shape })));
    return (await (model as unknown as AnyModel).evaluate(x, y, options)).loss;
  };
  const found = await finiteDifferences(
    lossAt,
    before.map(({ data }) => Float64Array.from(data)),
  );
  model.setWeights(before);
  return found;
}

/** One row of an array, as a batch of its own. */
export function rowOf({ data, shape }: NumericArray, row: number): NumericArray {
  const width = data.length / shape[0]!;
  return { data: data.slice(row * width, (row + 1) * width) as NumericArray["data"], shape: [1, ...shape.slice(1)] };
}

/** Steps `start` to `end` − 1 of sequences [batch, time, ...]. */
export function stepsOf({ data, shape }: NumericArray, start: number, end: number): NumericArray {
  const [rows, time, ...rest] = shape as [number, number, ...number[]];
  const width = data.length / (rows * time);
  const parts = Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray((row * time + start) * width, (row * time + end) * width)),
  );
  return { data: Float64Array.from(parts.flat()), shape: [rows, end - start, ...rest] };
}

/** A copy with the numbers of some steps replaced; `hidden` is [batch][time], 1 where a step is to be replaced. */
export function withSteps(x: NumericArray, hidden: readonly (readonly number[])[], value: number): NumericArray {
  const width = x.data.length / (x.shape[0]! * x.shape[1]!);
  const flags = hidden.flat();
  return {
    data: Float64Array.from(x.data, (old, i) => (flags[Math.floor(i / width)] === 1 ? value : old)),
    shape: x.shape,
  };
}
