import { type ArrayLikeInput, isArrayInput, type NumericArray } from "../data/array.ts";
import type { ColumnsInput } from "../data/batches.ts";
import { paddedLength, padRows, type Ragged } from "../data/ragged.ts";
import { isRagged } from "../data/rows.ts";
import { toColumns } from "../data/to-batch.ts";
import { explain, OptionError, rejectUnknown, requireInteger, ShapeError, show } from "../errors.ts";
import { input, label, type Shape, variable } from "../graph/index.ts";
import { sameShape, showShape, Tensor } from "../graph/tensor.ts";
import { uniform } from "../layers/uniform.ts";
import { provideCatalogue } from "../train/by-name.ts";
import { catalogue } from "../train/catalogue.ts";
import { descend, optimizerState, type StateVariable, updatesIn } from "../train/descend.ts";
import type { Optimizer } from "../train/optimizers/optimizer.ts";
import { type BatchShapes, type Parameter, penaltiesOn, traceNetwork } from "./computations.ts";
import { arraysOf, dtypeOf } from "./compute.ts";
import { feedInputs, type InputFeed } from "./full-feed.ts";
import { Model, partsOf } from "./model.ts";
import type { Prediction } from "./names.ts";
import { readNumbers, writeNumbers } from "./numbers.ts";

/** A tensor, or tensors by the names that the data has. */
export type TensorsOf<T> = T extends ArrayLikeInput
  ? Tensor
  : T extends NumericArray
    ? Tensor
    : { readonly [K in keyof T]: Tensor };

/** A mask, or masks by the names that the outputs have; `undefined` where all steps count. */
export type MasksOf<T> = T extends NumericArray ? Tensor | undefined : { readonly [K in keyof T]: Tensor | undefined };

/** What a loss function of one's own is made of: symbolic tensors, rows first. */
export interface TrainStepContext<P, X, D extends string, V extends string> {
  readonly inputs: TensorsOf<X>;
  readonly outputs: TensorsOf<P>;
  /** Which steps of the outputs count, [batch, time]: 1 where they do, 0 where a ragged row has ended or is masked. */
  readonly masks: MasksOf<P>;
  /** All weights of the model by full name, `lstm/kernel`. */
  readonly weights: Readonly<Record<string, Tensor>>;
  /** The further arrays of this step. */
  readonly data: { readonly [K in D]: Tensor };
  /** The variables that are trained besides the weights. */
  readonly variables: { readonly [K in V]: Tensor };
  /** Scalars that the layers' options ask to add to the loss: penalties on weights and outputs. */
  readonly penalties: readonly Tensor[];
  /** Uniform numbers in [0, 1), new at each step. */
  random(shape: Shape): Tensor;
  /** The model applied to other inputs, with the same weights. */
  forward(inputs: TensorsOf<X>): TensorsOf<P>;
}

export interface TrainStepOptions<P, X, D extends string, V extends string, M extends string> {
  /** Scalar to make small; or `{ loss, … }` with further tensors, whose numbers each step gives. */
  readonly loss: (
    context: TrainStepContext<P, X, D, V>,
  ) => Tensor | ({ readonly loss: Tensor } & Readonly<Record<M, Tensor>>);
  readonly optimizer: Optimizer;
  /** Names of the arrays that a step gets besides the inputs: targets, rewards, … @default none */
  readonly data?: readonly D[];
  /** Variables to train besides the weights: their shape and the number that they begin with. @default none */
  readonly variables?: Readonly<Record<V, { readonly shape: Shape; readonly initial: number }>>;
  /** Decides, with the number of the step, on everything random. @default 0 */
  readonly seed?: number;
}

/** Where a `TrainStep` stands besides the weights of the model: its variables and the optimizer's, by name. */
export interface TrainStepState {
  readonly step: number;
  readonly arrays: Readonly<Record<string, NumericArray>>;
}

/** One update at a time. */
export interface TrainStep<X, D extends string, M extends string> {
  /** Updates made so far. */
  readonly step: number;
  /** Makes an update; gives the loss before it, and the further tensors. */
  run(
    x: X,
    ...data: [D] extends [never] ? [] : [{ readonly [K in D]: ArrayLikeInput }]
  ): Promise<{ readonly loss: number } & { readonly [K in Exclude<M, "loss">]: NumericArray }>;
  /** What must be kept, with the model, to go on bit for bit. */
  getState(): TrainStepState;
  setState(state: TrainStepState): void;
}

/**
 * Training with a loss of one's own over symbolic tensors, for research: the loss, its gradients and the optimizer's
 * update are one program and one call. It trains the weights of the model that are trainable now; `compile` is not needed.
 *
 * ```ts
 * const step = trainStep(net, {
 *   optimizer: adam(),
 *   data: ["y"],
 *   loss: ({ outputs, data: { y }, weights }) =>
 *     add(mean(square(sub(outputs, y))), mul(1e-3, sum(abs(weights["dense/kernel"]!)))),
 * });
 * for (const { x, y } of batches) console.log((await step.run(x, { y })).loss);
 * ```
 *
 * Inputs may be `ragged`; arrays of `data` that are, with rows as long, are padded with zeros to as many steps as the input
 * has, and `masks` tells what is padding: `sum(select(masks, error, 0))`.
 */
export function trainStep<
  P extends Prediction,
  X extends ColumnsInput,
  const D extends string = never,
  V extends string = never,
  M extends string = never,
>(model: Model<P, X>, options: TrainStepOptions<P, X, D, V, M>): TrainStep<X, D, M> {
  rejectUnknown("trainStep()", options, ["loss", "optimizer", "data", "variables", "seed"]);
  const { loss, optimizer, data = [], variables = {}, seed = 0 } = options;
  requireInteger("seed", seed, 0);
  if (!(model instanceof Model)) throw wrong("a model for trainStep()", model);
  if (typeof loss !== "function") throw wrong("`loss` of trainStep() to be a function", loss);
  if (typeof optimizer?.transformation !== "object") {
    throw wrong("`optimizer` of trainStep() to be an optimizer such as adam()", optimizer);
  }
  // What is around an optimizer's own descent is needed at once.
  provideCatalogue(catalogue);
  const { network, executor } = partsOf(model as unknown as Model<Prediction, ColumnsInput>);
  const own = Object.entries<{ readonly shape: Shape; readonly initial: number }>(variables).map(
    ([name, { shape, initial }]) => ({ name, initial, variable: variable(name, shape) }),
  );
  const trained: (Parameter & { readonly name: string })[] = [
    ...network.weights.filter(({ trainable }) => trainable).map((weight) => ({ ...weight, name: weight.path })),
    ...own,
  ];
  const parameters = trained.map(({ variable }) => variable);
  const state = optimizerState(optimizer, parameters);
  for (const { variable, initial } of [...own, ...state]) {
    writeNumbers(variable, new Float32Array(variable.size).fill(initial));
  }
  const kept = [
    ...own.map(({ name, variable }) => ({ name: `variable/${name}`, variable })),
    ...state.map((one) => ({ name: `optimizer/${slotOf(one, trained)}`, variable: one.variable })),
  ];
  const id = nextId++;
  let step = 0;
  let names: readonly string[] = [];

  const computationFor = (shapes: Pick<BatchShapes, "x" | "lengths">, sources: readonly Tensor[]) => {
    const count = input("step", []);
    const penalties = penaltiesOn(trained);
    const penalize = (penalty: Tensor) => penalties.push(penalty);
    const traced = traceNetwork(network, shapes, { training: true, step: count, penalize });
    const byName = <T>(ends: typeof network.inputs, list: readonly T[], single: boolean) =>
      single ? list[0]! : Object.fromEntries(ends.map(({ name }, i) => [name, list[i]!]));
    const outputsOf = (values: typeof traced.values) =>
      byName(
        network.outputs,
        values.map(({ tensor }) => tensor),
        network.singleOutput,
      );
    const context = {
      inputs: byName(network.inputs, traced.inputs, network.singleInput),
      outputs: outputsOf(traced.values),
      masks: byName(
        network.outputs,
        traced.values.map(({ mask }) => mask),
        network.singleOutput,
      ),
      weights: Object.fromEntries(network.weights.map(({ path, variable }) => [path, variable])),
      data: Object.fromEntries(data.map((name, i) => [name, sources[i]!])),
      variables: Object.fromEntries(own.map(({ name, variable }) => [name, variable])),
      penalties,
      random: (shape: Shape) => uniform(traced.trace, shape),
      forward: (inputs: Tensor | Readonly<Record<string, Tensor>>) => {
        const given = network.singleInput ? [inputs as Tensor] : network.inputs.map(({ name }) => named(inputs, name));
        return outputsOf(network.trace(given, traced.trace));
      },
    };
    const result: unknown = loss(context as unknown as TrainStepContext<P, X, D, V>);
    const isOne = result instanceof Tensor;
    const { loss: scalar, ...further }: Readonly<Record<string, Tensor>> = isOne ? { loss: result } : Object(result);
    if (!(scalar instanceof Tensor) || scalar.rank !== 0) {
      const expected = "`loss` of trainStep() to give a scalar tensor, or { loss } with one";
      const got = scalar instanceof Tensor ? showShape(scalar.shape) : show(result);
      throw new ShapeError(explain({ expected, got, remedy: "reduce it with mean() or sum()" }));
    }
    names = Object.keys(further);
    const projections = trained.map(({ project }) => project);
    const made = descend(scalar, parameters, optimizer, state, count, projections);
    const key = traced.key();
    return {
      inputs: [...traced.inputs, ...sources, ...(key ? [key] : []), count, made.learningRate],
      outputs: [scalar, ...Object.values<Tensor>(further)].map((tensor, i) => label(tensor, `result.${i}`)),
      updates: [...made.updates, ...traced.updates],
      run: { key },
    };
  };

  return {
    get step() {
      return step;
    },
    async run(x, ...rest) {
      const { arrays, lengths } = await feedInputs(network, toColumns(x, "x"));
      const given = arraysOf(data, (rest[0] ?? {}) as Readonly<Record<string, ArrayLikeInput>>);
      const further = given.map((array) => (isRagged(array) ? padLike(array, { arrays, lengths }) : array));
      const types = further.map(({ data, shape }) => ({ shape, dtype: dtypeOf(data) }));
      const shapes = { x: arrays.map(({ shape }) => shape), lengths: lengths.map((list) => list?.shape) };
      const inputs = [...arrays, ...lengths.filter((list) => list !== undefined)];
      const key = `trainStep ${id} ${JSON.stringify([shapes, types])}`;
      const sources = () => types.map(({ shape, dtype }, i) => input(data[i]!, shape, dtype));
      const make = () => computationFor(shapes, sources());
      const extra = kept.map(({ variable }) => variable);
      const [value, ...others] = await executor.run(key, arrays[0]!.shape[0]!, make, extra, (run) => [
        ...[...inputs, ...further].map(({ data }) => data),
        ...(run.key ? [Int32Array.of(seed, step)] : []),
        [step + 1],
        [optimizer.schedule.at(updatesIn(step, optimizer))],
      ]);
      step++;
      const measured = Object.fromEntries(names.map((name, i) => [name, others[i]!]));
      return { loss: value!.data[0]!, ...measured } as never;
    },
    getState: () => ({
      step,
      arrays: Object.fromEntries(
        kept.map(({ name, variable }) => [name, { data: readNumbers(variable), shape: variable.shape }]),
      ),
    }),
    setState(given) {
      requireInteger("step", given.step, 0);
      for (const { name, variable } of kept) {
        const found = given.arrays[name];
        if (found !== undefined && sameShape(found.shape, variable.shape)) continue;
        const expected = `${show(name)} of shape ${showShape(variable.shape)} in the state of trainStep()`;
        throw new ShapeError(explain({ expected, got: found ? showShape(found.shape) : "none" }));
      }
      for (const { name, variable } of kept) writeNumbers(variable, given.arrays[name]!.data as Float32Array);
      step = given.step;
    },
  };
}

let nextId = 0;

/** With as many steps as the input whose rows are as long, if there is one. */
function padLike(array: Ragged, { arrays, lengths }: InputFeed): NumericArray {
  const isLike = (list: NumericArray | undefined) => list && array.lengths.every((n, row) => n === list.data[row]);
  const input = lengths.findIndex(isLike);
  return padRows(array, input < 0 ? paddedLength(array.lengths) : arrays[input]!.shape[1]!);
}

function slotOf({ slot, parameter }: StateVariable, trained: readonly { readonly name: string }[]): string {
  return parameter === undefined ? slot : `${slot}/${trained[parameter]!.name}`;
}

function named(inputs: Tensor | Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = "node" in inputs ? undefined : (inputs as Readonly<Record<string, Tensor>>)[name];
  if (found !== undefined) return found;
  throw wrong(`\`forward\` to get an input ${show(name)}`, isArrayInput(inputs) ? "an array" : inputs);
}

function wrong(expected: string, got: unknown): OptionError {
  return new OptionError(explain({ expected, got: show(got) }));
}
