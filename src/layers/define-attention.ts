/** Layers that look from one sequence at another: what all kinds of attention share. */
import { type Bound, flag, type Given, type Option, type OptionTable, rate, resolveOptions } from "../cells/option.ts";
import type { WeightSpecs, WeightTensors } from "../cells/weight.ts";
import { explain, ShapeError } from "../errors.ts";
import type { Attended } from "../graph/attend.ts";
import { iota, lessEqual, mul, reshape, select, type Tensor } from "../graph/index.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { dropoutMask } from "./dropout-mask.ts";
import { Layer } from "./layer.ts";
import { clean } from "./mask.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import type { Trace } from "./trace.ts";
import { showTypes, type Value, type ValueType } from "./value.ts";
import { requireWholeSequences } from "./whole-sequences.ts";

const sharedOptions = {
  /** Whether a step looks at steps up to its own alone. @default false */
  useCausalMask: flag(false),
  /** Share of the weights to drop while training. @default 0 */
  dropout: rate(0),
  /** Whether the weights of attention follow the output, [batch, heads if any, queries, values]. @default false */
  returnAttentionScores: flag(false),
};

/** Options of a kind of attention as its function takes them. */
export type AttentionOptions<T extends OptionTable> = Given<T> & Given<typeof sharedOptions> & CommonOptions;

/** Options of a kind of attention. */
export type OptionsOf<D> = D extends AttentionKind<OptionTable, infer T> ? AttentionOptions<T> : never;

/** What `apply` gives: a list when the weights are asked for. */
export type AttentionOutput<O> = O extends { readonly returnAttentionScores: true } ? SymbolicTensor[] : SymbolicTensor;

/** Sequences [batch, time, features] without anything at masked steps, and how to look at them. */
export interface Looking {
  readonly query: Tensor;
  readonly value: Tensor;
  readonly key: Tensor;
  /** Which values count for which query, [batch or 1, queries or 1, values]; `undefined` when all do. */
  readonly counts: Tensor | undefined;
  /** Drops some of the weights. */
  drop(weights: Tensor): Tensor;
}

/** Features of the three sequences. */
export interface Features {
  readonly query: number;
  readonly value: number;
  readonly key: number;
}

export interface AttentionDefinition<R extends OptionTable, T extends OptionTable, W extends WeightSpecs> {
  /** Its word everywhere: in configurations, names and files. */
  readonly kind: string;
  /** Options without which there is no such layer; its function takes them first. */
  readonly required: R;
  readonly options: T;
  weights(features: Features, options: Bound<R> & Bound<T>): W;
  /** Whether it can look with queries of these features at keys of these. */
  fits(features: Features, options: Bound<R> & Bound<T>): boolean;
  /** Features of the output. */
  features(features: Features, options: Bound<R> & Bound<T>): number;
  /** Axes of the weights before queries and values. @default none */
  heads?(options: Bound<R> & Bound<T>): readonly number[];
  look(looking: Looking, weights: WeightTensors<W>, options: Bound<R> & Bound<T>): Attended;
}

/** Makes layers of one kind from their options. */
export interface AttentionKind<R extends OptionTable, T extends OptionTable> {
  readonly kind: string;
  create(options: { readonly [K in keyof R]: unknown } & AttentionOptions<T>): Layer<SymbolicTensor | SymbolicTensor[]>;
}

export function defineAttention<
  R extends OptionTable = Record<never, Option<unknown>>,
  T extends OptionTable = Record<never, Option<unknown>>,
  const W extends WeightSpecs = Record<never, undefined>,
>(definition: AttentionDefinition<R, T, W>): AttentionKind<R, T> {
  const table = { ...definition.required, ...definition.options, ...sharedOptions };

  class DefinedAttention extends Layer<SymbolicTensor | SymbolicTensor[]> {
    override readonly givesList: boolean;
    readonly #options: Bound<R> & Bound<T> & Bound<typeof sharedOptions>;

    constructor(given: CommonOptions) {
      const { common, own } = splitOptions(given);
      const { config, bound } = resolveOptions(definition.kind, table, own);
      super(definition.kind, config, common);
      this.#options = bound as unknown as Bound<R> & Bound<T> & Bound<typeof sharedOptions>;
      this.givesList = this.#options.returnAttentionScores;
    }

    override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
      const [query, value, key = value] = inputs;
      const isSequence = (x: ValueType) =>
        x.shape.length === 2 && typeof x.shape[1] === "number" && x.dtype === "float32";
      const areSequences = (inputs.length === 2 || inputs.length === 3) && inputs.every(isSequence);
      if (!areSequences || key!.shape[0] !== value!.shape[0] || !definition.fits(featuresOf(inputs), this.#options)) {
        const expected = `query [batch, steps, features], value and perhaps key [batch, time, features] for ${this.title}`;
        const remedy = "apply it to [query, value] or [query, value, key]";
        throw new ShapeError(explain({ expected, got: showTypes(inputs), remedy }));
      }
      const [queries, values] = [query!.shape[0]!, value!.shape[0]!];
      const output: ValueType = {
        shape: [queries, definition.features(featuresOf(inputs), this.#options)],
        dtype: "float32",
      };
      const heads = definition.heads?.(this.#options) ?? [];
      return this.givesList ? [output, { shape: [...heads, queries, values], dtype: "float32" }] : [output];
    }

    protected override weightSpecs(inputs: readonly ValueType[]): WeightSpecs {
      return definition.weights(featuresOf(inputs), this.#options);
    }

    override call(inputs: readonly Value[], trace: Trace): readonly Value[] {
      requireWholeSequences(trace, this.title);
      const [query, value, key = value] = inputs as readonly [Value, Value, Value?];
      const { useCausalMask, dropout } = this.#options;
      const looking: Looking = {
        query: clean(query),
        value: clean({ tensor: value.tensor, mask: value.mask }),
        key: clean({ tensor: key.tensor, mask: key.mask }),
        counts: countsOf(query, value, key, useCausalMask),
        drop: (weights) =>
          trace.training && dropout > 0 ? mul(weights, dropoutMask(trace, weights.shape, dropout)) : weights,
      };
      const { context, weights } = definition.look(looking, this.tensors as WeightTensors<W>, this.#options);
      const output = { tensor: clean({ tensor: context, mask: query.mask }), mask: query.mask };
      if (!this.givesList) return [output];
      if (query.mask === undefined) return [output, { tensor: weights }];
      const [batch, queries] = query.mask.shape as [number, number];
      const heads = weights.shape.slice(1, -2).map(() => 1);
      const looks = reshape(query.mask, [batch, ...heads, queries, 1]);
      return [output, { tensor: select(looks, weights, 0) }];
    }
  }

  return { kind: definition.kind, create: (options) => new DefinedAttention(options) };
}

function featuresOf([query, value, key = value]: readonly ValueType[]): Features {
  return { query: query!.shape[1]!, value: value!.shape[1]!, key: key!.shape[1]! };
}

/** Which values count for which query, [batch or 1, queries or 1, values]. */
function countsOf(query: Value, value: Value, key: Value, useCausalMask: boolean): Tensor | undefined {
  const [queries, values] = [query.tensor.shape[1]!, value.tensor.shape[1]!];
  const masks = [...new Set([value.mask, key.mask])].flatMap((mask) =>
    mask === undefined ? [] : [reshape(mask, [mask.shape[0]!, 1, values])],
  );
  if (useCausalMask)
    masks.push(lessEqual(reshape(iota(values), [1, 1, values]), reshape(iota(queries), [1, queries, 1])));
  return masks.length === 0 ? undefined : masks.reduce((a, b) => mul(a, b));
}
