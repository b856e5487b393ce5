/** Writes a sequence of ids after reading another one: the second half of an encoder-decoder. */
import { activation, choice, flag, type Given, integer, type Option, resolveOptions } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, requireInteger, requireNumber, show } from "../errors.ts";
import {
  add,
  argmax,
  concat,
  exp,
  full,
  gather,
  less,
  log,
  matmul,
  minimum,
  mul,
  neg,
  notEqual,
  sigmoid,
  sub,
  type Tensor,
  toInt,
} from "../graph/index.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { type Choices, feedingBack } from "./feedback.ts";
import { requireIds } from "./ids.ts";
import { Layer } from "./layer.ts";
import { RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import { uniform } from "./uniform.ts";
import type { Value, ValueType } from "./value.ts";

/** A number from 0 to 1. */
function share(fallback: number): Option<number> {
  return { fallback, check: (name, value) => requireNumber(name, value, "from 0 to 1", (x) => x >= 0 && x <= 1) };
}

const decays = ["linear", "exponential", "inverseSigmoid"] as const;

const decoderOptions = {
  /** Size of the vectors that ids become; 0 for the units of the layer inside. @default 0 */
  width: integer(0, 0),
  /** Whether id 0 is padding: its steps are masked. @default false */
  maskZero: flag(false),
  /** Function of the outputs, by name. @default "softmax" */
  activation: activation("softmax"),
  /** Share of the steps of training that read the decoder's own choice instead of the target before. @default 0 */
  samplingRate: share(0),
  /** Updates until that share has grown to half of `samplingRate`; 0 where it is there from the start. @default 0 */
  samplingSteps: integer(0, 0),
  /** How the share of targets decays, as in the paper. @default "linear" */
  samplingDecay: choice(decays, "linear"),
  /** Whether the own choice is the most probable id or drawn from the distribution. @default "argmax" */
  samplingFrom: choice(["argmax", "distribution"], "argmax"),
};

export type DecoderOptions = Given<typeof decoderOptions> & CommonOptions;

export class DecoderLayer extends Layer {
  override readonly inputDtype = "int32";
  override readonly children: { readonly layer: RecurrentLayer };
  readonly #vocabulary: number;
  readonly #width: number;
  readonly #options: ReturnType<typeof resolveOptions<typeof decoderOptions>>["bound"];

  constructor(layer: unknown, vocabulary: number, given: DecoderOptions) {
    requireInteger("vocabulary of decoder", vocabulary, 2);
    if (!(layer instanceof RecurrentLayer)) {
      const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
      throw new OptionError(explain({ expected: "decoder to get a recurrent layer", got }));
    }
    const { goBackwards, stateful, returnState } = layer.settings;
    if (goBackwards || stateful || returnState) {
      const expected = "a layer in decoder without goBackwards, stateful and returnState";
      throw new OptionError(explain({ expected, got: layer.title, remedy: "leave these options out" }));
    }
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions("decoder", decoderOptions, own);
    super("decoder", { vocabulary, ...config }, common);
    this.children = { layer: layer.copy({ returnSequences: true }) };
    this.#vocabulary = vocabulary;
    this.#width = bound.width === 0 ? layer.units : bound.width;
    this.#options = bound;
  }

  protected override innerOptions() {
    return { layer: this.children.layer.getConfig() };
  }

  override stateSizes(): Readonly<Record<string, number>> {
    return this.children.layer.stateSizes();
  }

  override get optionalStates(): number {
    return this.children.layer.optionalStates;
  }

  override get padding(): number | undefined {
    return this.#options.maskZero ? 0 : undefined;
  }

  override checkIds(ids: ArrayLike<number>): void {
    requireIds(ids, this.#vocabulary, this.title);
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    this.children.layer.build(this.#seenIn(inputs));
  }

  /** What the layer inside gets. */
  #seenIn([x, ...others]: readonly ValueType[]): readonly ValueType[] {
    return [{ shape: [x!.shape[0]!, this.#width], dtype: "float32" }, ...others];
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [x] = inputs;
    if (x?.shape.length === 1 && x.dtype === "int32") {
      // What goes beside the ids is for the layer inside, which says what it should be.
      this.children.layer.outputs(this.#seenIn(inputs));
      return [{ shape: [x.shape[0]!, this.#vocabulary], dtype: "float32" }];
    }
    throw this.misfit("[batch, time] of int32 ids", inputs);
  }

  protected override weightSpecs(): WeightSpecs {
    const size = this.children.layer.outputSizeFor(this.#width);
    return {
      embeddings: { shape: [this.#vocabulary, this.#width], initializer: "randomUniform" },
      kernel: { shape: [size, this.#vocabulary], initializer: "glorotUniform" },
      bias: { shape: [this.#vocabulary], initializer: "zeros" },
    };
  }

  override call(
    [x, ...others]: readonly Value[],
    trace: Trace,
    initialState: readonly Tensor[] = [],
  ): readonly Value[] {
    const { maskZero, activation } = this.#options;
    const ids = toInt(x!.tensor);
    const mask = maskZero ? notEqual(ids, 0) : x!.mask;
    const vectors = { tensor: gather(this.tensors.embeddings!, ids), mask };
    const [batch, time] = ids.shape as [number, number];
    const feedback = this.#feedback(trace, batch, time);
    const { sequence } = this.children.layer.pass([vectors, ...others], trace, initialState, feedback);
    this.children.layer.penalize([{ tensor: sequence!, mask }], trace);
    return [{ tensor: activation(this.#logits(sequence!)), mask }];
  }

  #logits(output: Tensor): Tensor {
    return add(matmul(output, this.tensors.kernel!), this.tensors.bias!);
  }

  /** While training with a sampling rate: some steps read the choice after the step before. */
  #feedback(trace: Trace, batch: number, time: number): Choices | undefined {
    const { samplingRate, samplingFrom } = this.#options;
    if (!trace.training || samplingRate === 0 || time === 1) return undefined;
    const chosen = less(uniform(trace, [time - 1, batch]), this.#share(trace));
    const feedback = {
      // Before the first step nothing was chosen.
      where: concat([full([1, batch], 0), chosen], 0),
      noise: samplingFrom === "distribution" ? gumbel(uniform(trace, [time, batch, this.#vocabulary])) : undefined,
      choose: (output: Tensor, noise: Tensor | undefined) =>
        argmax(noise ? add(this.#logits(output), noise) : this.#logits(output)),
      read: (ids: Tensor) => gather(this.tensors.embeddings!, ids),
    };
    return feedingBack(feedback, batch);
  }

  /** The share of own choices at this update: `samplingRate` times 1 − ε of Bengio et al. 2015, section 2.4. */
  #share({ step }: Trace): Tensor | number {
    const { samplingRate, samplingSteps: half, samplingDecay } = this.#options;
    if (half === 0 || step === undefined) return samplingRate;
    const updates = sub(step, 1);
    const grown = {
      linear: () => minimum(mul(updates, 1 / (2 * half)), 1),
      exponential: () => sub(1, exp(mul(updates, -Math.LN2 / half))),
      // 1 − k / (k + exp(i / k)), which is ½ at i = k log k.
      inverseSigmoid: () => {
        const k = inverseOfXLogX(half);
        return sigmoid(sub(mul(updates, 1 / k), Math.log(k)));
      },
    };
    return mul(samplingRate, grown[samplingDecay]());
  }
}

/** With noise −log(−log u) the largest of the logits plus noise is a draw from their softmax (Gumbel 1954). */
function gumbel(uniform: Tensor): Tensor {
  return neg(log(neg(log(uniform))));
}

/** The x ≥ 1 for which x log x = y, by Newton's method. */
function inverseOfXLogX(y: number): number {
  let x = Math.max(y, Math.E);
  for (let round = 0; round < 60; round++) x = (x + y) / (1 + Math.log(x));
  return x;
}

/**
 * A decoder of ids (Sutskever et al. 2014): at each step it reads the id before as a vector, goes on from its state with
 * the layer inside, and gives a distribution over the next id. Input ids [batch, time] begin with a start id and are
 * otherwise the targets one step later (teacher forcing); the state of an encoder is its `initialState`.
 *
 * What the layer inside takes beside its input comes after the ids: around `attending(lstm(64))` it is applied to [ids,
 * memory] and looks at the memory, an encoder's outputs, before it chooses.
 *
 * With a `samplingRate`, training replaces some of these ids by what the decoder itself has chosen one step before
 * (scheduled sampling, Bengio et al. 2015). Gradients do not go through the choice. Outside of training it reads what it
 * is given.
 *
 * ```ts
 * const [, h, c] = lstm(64, { returnState: true }).apply(embedding(900, 64).apply(source));
 * const words = decoder(lstm(64), 700, { samplingRate: 0.25, samplingSteps: 2000 }).apply(target, { initialState: [h, c] });
 * ```
 *
 * @param layer gives cell, units and options; it stays unused itself
 * @param vocabulary number of ids; they go from 0 to vocabulary − 1
 */
export function decoder(layer: Layer<unknown>, vocabulary: number, options: DecoderOptions = {}): Layer {
  return new DecoderLayer(layer, vocabulary, options);
}
