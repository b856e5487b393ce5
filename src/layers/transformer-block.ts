/** What both blocks of a transformer are made of. */
import {
  activation,
  type Bound,
  flag,
  type Given,
  integer,
  number,
  optional,
  rate,
  resolveOptions,
} from "../cells/option.ts";
import { add, mul, type Tensor } from "../graph/index.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { denseKind } from "./dense.ts";
import { dropoutMask } from "./dropout-mask.ts";
import { Layer } from "./layer.ts";
import { layerNormalizationKind } from "./layer-normalization.ts";
import { clean } from "./mask.ts";
import { multiHeadAttentionKind } from "./multi-head-attention.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";

export const blockOptions = {
  /** Features between the two dense layers. @default 4 times those of the block */
  intermediateDim: optional(integer(1)),
  /** Share to drop while training, of attention's weights and of what each part adds. @default 0 */
  dropout: rate(0),
  /** Function between the two dense layers, by name. @default "relu" */
  activation: activation("relu"),
  /** Whether parts get normalized inputs, rather than give normalized outputs. @default false */
  normalizeFirst: flag(false),
  /** Whether attention to itself sees how far apart steps are; see `multiHeadAttention`. @default false */
  rotary: flag(false),
  /** What is added to the variance where features are normalized. @default 0.00001 */
  epsilon: number(1e-5),
};

type BlockOptions = Given<typeof blockOptions> & { readonly useCausalMask?: boolean };

/** Attention to itself, perhaps to another sequence, and two dense layers, each with a residual connection. */
export class TransformerBlock extends Layer {
  override readonly children: Readonly<Record<string, Layer>>;
  readonly #settings: Bound<typeof blockOptions>;
  readonly #width: number;
  readonly #looksAtOther: boolean;

  constructor(
    kind: string,
    numHeads: number,
    keyDim: number,
    given: BlockOptions & CommonOptions,
    { looksAtOther }: { readonly looksAtOther: boolean },
  ) {
    const { common, own } = splitOptions(given);
    const table = {
      numHeads: integer(1),
      keyDim: integer(1),
      ...blockOptions,
      ...(!looksAtOther && { useCausalMask: flag(false) }),
    };
    const { config, bound } = resolveOptions(kind, table, { numHeads, keyDim, ...own });
    super(kind, config, common);
    this.#settings = bound as unknown as Bound<typeof blockOptions>;
    this.#width = numHeads * keyDim;
    this.#looksAtOther = looksAtOther;
    const options = config as BlockOptions;
    const { dropout = 0, epsilon = 0, rotary = false, useCausalMask = looksAtOther } = options;
    const norm = () => layerNormalizationKind.create({ epsilon });
    const attention = (rotary: boolean, causal: boolean) =>
      multiHeadAttentionKind.create({ numHeads, keyDim, dropout, rotary, useCausalMask: causal }) as Layer;
    const units = options.intermediateDim ?? 4 * this.#width;
    this.children = {
      attention: attention(rotary, useCausalMask),
      attentionNorm: norm(),
      ...(looksAtOther && { crossAttention: attention(false, false), crossAttentionNorm: norm() }),
      intermediate: denseKind.create({ units, activation: options.activation ?? "relu" }),
      output: denseKind.create({ units: this.#width }),
      outputNorm: norm(),
    };
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    const [x] = inputs as readonly [ValueType];
    const { attention, crossAttention, intermediate, output, ...norms } = this.children;
    attention!.build([x, x]);
    crossAttention?.build([x, inputs[1]!]);
    intermediate!.build([x]);
    output!.build(intermediate!.outputs([x]));
    for (const norm of Object.values(norms)) norm.build([x]);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [x, other] = inputs;
    const isSequence = (type: ValueType) =>
      type.shape.length === 2 && typeof type.shape[1] === "number" && type.dtype === "float32";
    const count = this.#looksAtOther ? 2 : 1;
    const fits = inputs.length === count && inputs.every(isSequence) && x!.shape[1] === this.#width;
    if (fits) return [x!];
    const lookedAt = other || this.#looksAtOther ? " and what to look at, [batch, steps, features]," : "";
    const wanted = `[batch, time, ${this.#width} features (numHeads · keyDim)]${lookedAt}`;
    throw this.misfit(wanted, inputs, "bring it there with dense(), or choose other heads");
  }

  override call([input, other]: readonly Value[], trace: Trace): readonly Value[] {
    const { children } = this;
    const { normalizeFirst, dropout } = this.#settings;
    const { mask } = input!;
    const apply = (layer: Layer, ...values: Value[]): Value => layer.call(values, trace)[0]!;
    const drop = (x: Tensor) => (trace.training && dropout > 0 ? mul(x, dropoutMask(trace, x.shape, dropout)) : x);
    /** One part with its residual connection and its normalization, before or after. */
    const part = (x: Value, norm: Layer, make: (x: Value) => Value): Value => {
      const made = make(normalizeFirst ? apply(norm, x) : x);
      const sum = { tensor: add(x.tensor, drop(made.tensor)), mask };
      return normalizeFirst ? sum : apply(norm, sum);
    };
    const { attention, attentionNorm, crossAttention, crossAttentionNorm, intermediate, output, outputNorm } = children;
    let x = part({ tensor: clean(input!), mask }, attentionNorm!, (x) => apply(attention!, x, x));
    if (crossAttention) x = part(x, crossAttentionNorm!, (x) => apply(crossAttention, x, other!));
    return [part(x, outputNorm!, (x) => apply(output!, apply(intermediate!, x)))];
  }
}
