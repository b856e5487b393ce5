/**
 * What a layer is: weights, a rule for shapes, and a function of tensors. A layer is made with its options, gets its
 * weights when it is first applied, and shares them with every further use.
 */
import { loadActivations } from "../cells/activations.ts";
import type { Generate } from "../cells/initializers/initializer.ts";
import { flag } from "../cells/option.ts";
import { generate, type WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, rejectUnknown, ShapeError, show } from "../errors.ts";
import { type DType, div, type Shape, type Tensor, variable } from "../graph/index.ts";
import { resolveAxis, sameShape } from "../graph/tensor.ts";
import type { CommonOptions } from "./common-options.ts";
import { clean } from "./mask.ts";
import { type Application, requireValueShape, SymbolicTensor } from "./symbolic.ts";
import type { Trace } from "./trace.ts";
import { showShape, showType, showTypes, type Value, type ValueType } from "./value.ts";
import {
  loadWeightRules,
  OUTPUTS,
  requireWeights,
  type WeightOption,
  type WeightRules,
  weightOptions,
} from "./weight-options.ts";

const yesOrNo = flag(true);

/** A layer as plain data: its kind and all its options. */
export interface LayerConfig {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A weight of a layer. */
export interface Weight extends WeightRules {
  /** `kernel`; inside a wrapper `forward/kernel`. */
  readonly name: string;
  readonly variable: Tensor;
  /** Whether training changes it: false when it is fixed, or its layer is frozen. */
  readonly trainable: boolean;
  /** Draws its first numbers. */
  readonly generate: Generate;
}

export interface ApplyOptions {
  /**
   * The state that a recurrent layer begins with, one tensor for each part: `[h, c]` for an LSTM.
   *
   * @default zeros, or what it has learnt
   */
  readonly initialState?: readonly SymbolicTensor[];
  /**
   * Which steps count, [time], or steps inside steps, [time, inner]: 1 where they do, 0 where not.
   * @default the mask of the input
   */
  readonly mask?: SymbolicTensor;
}

/** @typeParam Output what `apply` gives: one symbolic tensor, or a list of them */
export abstract class Layer<Output = SymbolicTensor> {
  /** Its word: `dense`. */
  readonly kind: string;
  readonly name: string | undefined;
  readonly inputShape: readonly (number | null)[] | undefined;
  /** The dtype of its data when it comes first in `sequential`. */
  readonly inputDtype: DType = "float32";
  /** Layers inside, by the first part of their weights' names. */
  readonly children: Readonly<Record<string, Layer<unknown>>> = {};
  /** Whether `apply` gives a list. */
  readonly givesList: boolean = false;
  readonly #options: Readonly<Record<string, unknown>>;
  #own: { readonly weights: readonly Weight[]; readonly builtFor: readonly ValueType[] } | undefined;
  #trainable: boolean;
  readonly #common: CommonOptions;
  readonly #weightOptions: readonly WeightOption[];

  /** @param common options of every layer, and penalties and constraints of its weights */
  constructor(kind: string, options: Readonly<Record<string, unknown>>, common: CommonOptions) {
    const { name, inputShape, trainable = true, ...ofWeights } = common;
    if (name !== undefined && (typeof name !== "string" || !/^[^/\s]+$/.test(name))) {
      throw new OptionError(explain({ expected: `\`name\` of ${kind} to be a word without slashes`, got: show(name) }));
    }
    if (inputShape !== undefined) requireValueShape(`inputShape of ${kind}`, inputShape);
    this.kind = kind;
    this.name = name;
    this.inputShape = inputShape;
    yesOrNo.check(`trainable of ${kind}`, trainable);
    this.#trainable = trainable;
    this.#options = options;
    this.#common = common;
    this.#weightOptions = weightOptions(ofWeights);
  }

  /** The types of the outputs; throws a `ShapeError` for inputs that it cannot take. */
  abstract outputs(inputs: readonly ValueType[]): readonly ValueType[];

  /** Gets code that its options ask for, of its own and of layers inside: before it is traced for the first time. */
  async load(): Promise<void> {
    await Promise.all([
      loadActivations(),
      loadWeightRules(),
      ...Object.values(this.children).map((child) => child.load()),
    ]);
  }

  /** Traces the layer once. Weights are in `tensors`. */
  abstract call(inputs: readonly Value[], trace: Trace, initialState?: readonly Tensor[]): readonly Value[];

  /** Sizes of the parts of the state that `initialState` gives; none for a layer that is not recurrent. */
  stateSizes(): Readonly<Record<string, number>> {
    return {};
  }

  /** How many of the last parts of the state `initialState` may leave out; they begin as zeros. */
  get optionalStates(): number {
    return 0;
  }

  /** Variables that keep the state of `batch` rows from run to run, by name; none unless the layer is stateful. */
  stateVariables(batch: number): Readonly<Record<string, Tensor>> {
    const inner = Object.entries(this.children).flatMap(([path, child]) =>
      Object.entries(child.stateVariables(batch)).map(([name, state]) => [`${path}/${name}`, state] as const),
    );
    return Object.fromEntries(inner);
  }

  /** Whether a row of what it gives in training depends on other rows of the batch. */
  get mixesRows(): boolean {
    return Object.values(this.children).some((child) => child.mixesRows);
  }

  /** The value that masks a step of its input when all features have it. */
  get padding(): number | undefined {
    return undefined;
  }

  /** Throws an `OptionError` when the numbers of an int32 input are not ones that the layer can take. */
  checkIds(_ids: ArrayLike<number>): void {}

  protected weightSpecs(_inputs: readonly ValueType[]): WeightSpecs {
    return {};
  }

  /** Its kind and name, for messages: `lstm "encoder"`. */
  get title(): string {
    return this.name === undefined ? this.kind : `${this.kind} ${show(this.name)}`;
  }

  /**
   * Whether training changes its weights. A frozen layer keeps them, and no gradient is computed for them; gradients pass
   * through to the layers before it. Setting it counts for layers inside too, and from the next `compile` on.
   */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(trainable: boolean) {
    yesOrNo.check(`trainable of ${this.title}`, trainable);
    this.#trainable = trainable;
    for (const child of Object.values(this.children)) child.trainable = trainable;
  }

  /** All weights, those of layers inside last; none before it is applied. */
  get weights(): readonly Weight[] {
    const inner = Object.entries(this.children).flatMap(([path, child]) =>
      child.weights.map((weight) => ({ ...weight, name: `${path}/${weight.name}` })),
    );
    const all = [...(this.#own?.weights ?? []), ...inner];
    return this.#trainable ? all : all.map((weight) => ({ ...weight, trainable: false }));
  }

  /** The tensors of its own weights by name. */
  protected get tensors(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries((this.#own?.weights ?? []).map(({ name, variable }) => [name, variable]));
  }

  /** Adds the penalty on its outputs to the loss, if it has one. Whoever calls the layer does this with what it gave. */
  penalize(outputs: readonly Value[], trace: Trace): void {
    const penalty = this.#weightOptions.find(({ weight }) => weight === OUTPUTS)?.rule.penalty;
    if (penalty === undefined) return;
    for (const value of outputs) trace.penalize?.(div(penalty(clean(value)), value.tensor.shape[0]!));
  }

  /** Options that describe the layers inside as they are now. */
  protected innerOptions(): Readonly<Record<string, unknown>> {
    return {};
  }

  getConfig(): LayerConfig {
    const { trainable: _, ...common } = this.#common;
    const frozen = !this.trainable && { trainable: false };
    return { kind: this.kind, options: { ...this.#options, ...this.innerOptions(), ...common, ...frozen } };
  }

  /** Uses the layer: gives it weights for these inputs if it has none. */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[], options: ApplyOptions = {}): Output {
    const given: readonly SymbolicTensor[] = inputs instanceof SymbolicTensor ? [inputs] : inputs;
    if (given.length === 0 || !given.every((x) => x instanceof SymbolicTensor)) {
      const remedy = "make one with input(), or apply another layer first";
      throw new OptionError(
        explain({ expected: `${this.title} to be applied to symbolic tensors`, got: show(inputs), remedy }),
      );
    }
    rejectUnknown(`${this.title}.apply()`, options, ["initialState", "mask"]);
    const { initialState = [], mask } = options;
    this.build(given);
    // Layers inside that do something else when they are frozen know it from here on.
    if (!this.#trainable) this.trainable = false;
    if (!Array.isArray(initialState) || initialState.length > 0) this.#checkState(initialState);
    if (mask !== undefined) this.#checkMask(mask, given[0]!);

    const outputs: SymbolicTensor[] = [];
    const application: Application = { layer: this, inputs: given, initialState, mask, outputs };
    for (const type of this.outputs(given)) outputs.push(new SymbolicTensor(type, application));
    return (this.givesList ? outputs : outputs[0]) as Output;
  }

  /** What to throw for inputs that it cannot take. @param wanted `[batch, features]` */
  misfit(wanted: string, inputs: readonly ValueType[], remedy?: string): ShapeError {
    const got = showTypes(inputs);
    return new ShapeError(explain({ expected: `input ${wanted} for ${this.title}`, got, remedy }));
  }

  /** Makes the weights, or checks that they fit the inputs. */
  build(inputs: readonly ValueType[]): void {
    this.outputs(inputs);
    const specs = Object.entries(this.weightSpecs(inputs)).flatMap(([name, spec]) => (spec ? [{ name, spec }] : []));
    if (this.#own === undefined) {
      requireWeights(
        this.title,
        this.#weightOptions,
        specs.map(({ name }) => name),
      );
      const weights = specs.map(({ name, spec }) => {
        const own = variable(`${this.title}/${name}`, spec.shape);
        const options = this.#weightOptions.filter(({ weight }) => weight === name);
        const rules: WeightRules = Object.assign({}, ...options.map(({ rule }) => rule));
        // So that a rule that does not fit the weight's shape is an error here.
        if (rules.axis !== undefined) resolveAxis(rules.axis, own.rank, "a constraint on norms");
        return { name, variable: own, trainable: spec.trainable ?? true, generate: generate(spec), ...rules };
      });
      this.#own = { weights, builtFor: inputs };
      return;
    }
    const { weights, builtFor } = this.#own;
    for (const [index, { spec }] of specs.entries()) {
      if (sameShape(spec.shape, weights[index]!.variable.shape)) continue;
      const remedy = `its weights were made for that; use another ${this.kind} for other sizes`;
      throw this.misfit(showTypes(builtFor), inputs, remedy);
    }
  }

  #checkState(given: readonly SymbolicTensor[]): void {
    const all = Object.entries(this.stateSizes());
    const sizes = given.length === all.length ? all : all.slice(0, all.length - this.optionalStates);
    const isList = Array.isArray(given) && given.every((part) => part instanceof SymbolicTensor);
    const fits = ([, size]: readonly [string, number], i: number) => sameShape([size], given[i]!.shape as Shape);
    if (isList && sizes.length === given.length && sizes.every(fits)) return;
    const wanted = sizes.map(([name, size]) => `${name} [batch, ${size}]`).join(", ");
    const expected = `\`initialState\` of ${this.title} to be ${wanted === "" ? "left out" : wanted}`;
    const got = isList ? given.map((x) => showType(x)).join(", ") : "no list of symbolic tensors";
    throw new OptionError(explain({ expected, got }));
  }

  #checkMask(mask: SymbolicTensor, x: SymbolicTensor): void {
    const { shape, dtype } = mask;
    const isOfSteps = shape.length === 1 || (shape.length > 1 && shape.length < x.shape.length);
    if (dtype === "float32" && isOfSteps && shape.every((size, axis) => size === x.shape[axis])) return;
    const expected = `\`mask\` of ${this.title} to be float32 [batch, time], or more first axes of its input`;
    throw new ShapeError(explain({ expected, got: `${dtype} ${showShape(shape)}` }));
  }
}
