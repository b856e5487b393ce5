/** Layers with one input and one output, written as data: what most layers are. */
import { type Bound, type Given, type Option, type OptionTable, resolveOptions } from "../cells/option.ts";
import type { WeightSpecs, WeightTensors } from "../cells/weight.ts";
import type { DType, Tensor } from "../graph/index.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { Layer } from "./layer.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";
import type { WeightOptions } from "./weight-options.ts";

export interface LayerDefinition<R extends OptionTable, T extends OptionTable, W extends WeightSpecs> {
  /** Its word everywhere: in configurations, names and files. */
  readonly kind: string;
  /** Options without which there is no such layer; its function takes them first. */
  readonly required: R;
  readonly options: T;
  /** @default "float32" */
  readonly inputDtype?: DType;
  /** The type of the output, or `undefined` for an input that the layer cannot take. */
  output(input: ValueType, options: Bound<R> & Bound<T>): ValueType | undefined;
  /** What the input should be, for the message: `[batch, features]`. */
  readonly expects: string;
  /** @default none */
  weights?(input: ValueType, options: Bound<R> & Bound<T>): W;
  /** What becomes of the mask. @default it goes on, for the time axis stays */
  mask?(input: Value, options: Bound<R> & Bound<T>): Tensor | undefined;
  /** Whether a row of the output depends on other rows of the input. @default false */
  readonly mixesRows?: boolean;
  /** The output from the input [batch, ...]. */
  call(
    input: Value,
    weights: WeightTensors<W>,
    options: Bound<R> & Bound<T>,
    trace: Trace,
    layer: Pick<Layer, "trainable">,
  ): Tensor;
  /** The value that masks a step of the input when all features have it. @default none */
  padding?(options: Bound<R> & Bound<T>): number | undefined;
  /** Throws when the numbers of an int32 input are not ones that the layer can take. @default all are */
  checkIds?(ids: ArrayLike<number>, options: Bound<R> & Bound<T>, title: string): void;
}

/** Options of a defined layer as its function takes them last. */
export type LayerOptions<D> =
  D extends LayerKind<OptionTable, infer T, infer W> ? Given<T> & CommonOptions & WeightOptions<W> : never;

/** Makes layers of one kind from their options. */
export interface LayerKind<R extends OptionTable, T extends OptionTable, W extends string = string> {
  readonly kind: string;
  /** Only a type: the names of its weights. */
  readonly weightNames?: W;
  /** Makes a layer from all its options; throws an `OptionError` for one that is missing, wrong or unknown. */
  create(options: { readonly [K in keyof R]: unknown } & Given<T> & CommonOptions & WeightOptions<W>): Layer;
}

export function defineLayer<
  R extends OptionTable = Record<never, Option<unknown>>,
  T extends OptionTable = Record<never, Option<unknown>>,
  const W extends WeightSpecs = Record<never, undefined>,
>(definition: LayerDefinition<R, T, W>): LayerKind<R, T, keyof W & string> {
  const table = { ...definition.required, ...definition.options };

  class DefinedLayer extends Layer {
    override readonly inputDtype = definition.inputDtype ?? "float32";
    readonly #options: Bound<R> & Bound<T>;

    constructor(options: object, common: CommonOptions) {
      const { config, bound } = resolveOptions(definition.kind, table, options);
      super(definition.kind, config, common);
      this.#options = bound as Bound<R> & Bound<T>;
    }

    override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
      const output = inputs.length === 1 ? definition.output(inputs[0]!, this.#options) : undefined;
      if (output !== undefined) return [output];
      throw this.misfit(definition.expects, inputs);
    }

    protected override weightSpecs(inputs: readonly ValueType[]): WeightSpecs {
      return definition.weights?.(inputs[0]!, this.#options) ?? {};
    }

    override call([input]: readonly Value[], trace: Trace): readonly Value[] {
      const tensor = definition.call(input!, this.tensors as WeightTensors<W>, this.#options, trace, this);
      const mask = definition.mask ? definition.mask(input!, this.#options) : input!.mask;
      return [{ tensor, mask }];
    }

    override get mixesRows(): boolean {
      return definition.mixesRows ?? false;
    }

    override get padding(): number | undefined {
      return definition.padding?.(this.#options);
    }

    override checkIds(ids: ArrayLike<number>): void {
      definition.checkIds?.(ids, this.#options, this.title);
    }
  }

  return {
    kind: definition.kind,
    create(options) {
      const { common, own } = splitOptions(options);
      return new DefinedLayer(own, common);
    },
  };
}
