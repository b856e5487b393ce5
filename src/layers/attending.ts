/** A recurrent layer that looks at another sequence at every step. */
import { choice, type Given, integer, optional, resolveOptions } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, show } from "../errors.ts";
import { attendBy } from "../graph/attend.ts";
import {
  add,
  attend,
  concat,
  matmul,
  mul,
  reshape,
  sliceAxis,
  sum,
  type Tensor,
  type Tensors,
  take,
  tanh,
} from "../graph/index.ts";
import { buildInside } from "./build-inside.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { Layer } from "./layer.ts";
import type { Constants, Sizes } from "./step-inputs.ts";
import type { Steps } from "./steps.ts";
import { type loopOptions, RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";

const attendingOptions = {
  /**
   * `"luong"`: the step looks with its new output, and what it found goes into the output and into the next step (input
   * feeding). `"bahdanau"`: it looks with the output before, and what it found goes into the step. @default "luong"
   */
  attention: choice(["luong", "bahdanau"], "luong"),
  /** Features of the small network that scores pairs of steps in `"bahdanau"`. @default those of the output */
  scoreUnits: optional(integer(1)),
};

export type AttendingOptions = Given<typeof attendingOptions> & CommonOptions;

/** The part of the state that is the attentional vector. */
const ATTENTIONAL = "attentional";

/** Name of the sequence that it looks at. */
const MEMORY = "memory";

export class AttendingLayer extends RecurrentLayer {
  override readonly children: { readonly layer: RecurrentLayer };
  readonly #options: ReturnType<typeof resolveOptions<typeof attendingOptions>>["bound"];
  /** Features of what it looks at, from when it is built. */
  #memorySize = 1;

  constructor(layer: unknown, given: AttendingOptions) {
    const inner = requireLayer(layer);
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions("attending", attendingOptions, own);
    if (bound.scoreUnits !== null && bound.attention === "luong") {
      const expected = '`scoreUnits` of attending beside attention: "bahdanau"';
      throw new OptionError(explain({ expected, got: 'attention: "luong"', remedy: "leave it out" }));
    }
    super("attending", config, common, inner.settings);
    this.children = { layer: inner.copy({}) };
    this.#options = bound;
  }

  get units(): number {
    return this.children.layer.units;
  }

  override copy(changes: Partial<Given<typeof loopOptions>>): RecurrentLayer {
    const { layer: _, ...options } = this.getConfig().options;
    return new AttendingLayer(this.children.layer.copy(changes), options);
  }

  protected override innerOptions() {
    return { layer: this.children.layer.getConfig() };
  }

  get #feeds(): boolean {
    return this.#options.attention === "luong";
  }

  /** Features that the layer inside sees at a step of so many. */
  #seenFor(inputSize: number): number {
    // The output does not depend on what is seen, so that it can be asked for first.
    const fed = this.#feeds ? this.children.layer.outputSizeFor(inputSize) : this.#memorySize;
    return inputSize + fed;
  }

  override sizesFor(inputSize: number): Readonly<Record<string, number>> {
    const { layer } = this.children;
    const seen = this.#seenFor(inputSize);
    return { ...layer.sizesFor(seen), ...(this.#feeds && { [ATTENTIONAL]: layer.outputSizeFor(seen) }) };
  }

  override outputIn(sizes: Readonly<Record<string, number>>): string {
    return this.#feeds ? ATTENTIONAL : this.children.layer.outputIn(sizes);
  }

  /** An encoder has a state like that of the layer inside, and no attentional vector. */
  override get optionalStates(): number {
    return this.#feeds ? 1 : 0;
  }

  override learnedStateFor(inputSize: number): Tensors {
    return this.children.layer.learnedStateFor(this.#seenFor(inputSize));
  }

  override furtherFor(inputSize: number): Sizes {
    return this.children.layer.furtherFor(this.#seenFor(inputSize));
  }

  override constantsFor(inputSize: number): Constants {
    // What the layer inside calls by that name is the same sequence.
    const all = new Map(this.children.layer.constantsFor(this.#seenFor(inputSize)));
    const memory = all.get(MEMORY) ?? [null, null];
    all.delete(MEMORY);
    return [...all, [MEMORY, memory]];
  }

  override build(inputs: readonly ValueType[]): void {
    this.#memorySize = memorySizeIn(inputs);
    super.build(inputs);
    const { inputSize, constants } = this.shareOf(inputs);
    buildInside(this.children.layer, this.#seenFor(inputSize), inputs, constants);
  }

  protected override weightSpecs(inputs: readonly ValueType[]): WeightSpecs {
    const { inputSize } = this.shareOf(inputs);
    const [size, memory] = [this.outputSizeFor(inputSize), memorySizeIn(inputs)];
    const kernel = (from: number, to: number) => ({ shape: [from, to], initializer: "glorotUniform" }) as const;
    if (this.#feeds) return { scoreKernel: kernel(size, memory), attentionalKernel: kernel(memory + size, size) };
    const units = this.#options.scoreUnits ?? size;
    return {
      queryKernel: kernel(size, units),
      memoryKernel: kernel(memory, units),
      scale: { shape: [units], initializer: "glorotUniform" },
    };
  }

  override steps(trace: Trace, front: readonly [time: number, batch: number], inputSize: number): Steps {
    const { layer } = this.children;
    const seen = this.#seenFor(inputSize);
    const own = layer.steps(trace, front, seen);
    const outputName = layer.outputIn(layer.sizesFor(seen));
    // The loop drops features of x; those that are fed are dropped here.
    const fedMask = own.dropped && take(sliceAxis(own.dropped, 2, inputSize, seen - inputSize), 0, 0);
    const withFed = (x: Tensor, fed: Tensor) => concat([x, fedMask ? mul(fed, fedMask) : fed]);
    const { scoreKernel, attentionalKernel } = this.tensors;
    return {
      dropped: own.dropped && sliceAxis(own.dropped, 2, 0, inputSize),
      sequences: own.sequences,
      after: (x, before, others, held) => {
        const memory = held[MEMORY]!;
        if (!this.#feeds) {
          const context = this.#align(before[outputName]!, memory);
          return own.after(withFed(x, context), before, others, held);
        }
        const made = own.after(withFed(x, before[ATTENTIONAL]!), before, others, held);
        const output = made[outputName]!;
        const query = matmul(output, scoreKernel!);
        const { context } = attend(query, memory.tensor, memory.tensor, memory.mask);
        return { ...made, [ATTENTIONAL]: tanh(matmul(concat([context, output]), attentionalKernel!)) };
      },
    };
  }

  /** The mean of the memory by the scores of a small network (Bahdanau et al. 2015, appendix A.1.2). */
  #align(query: Tensor, { tensor, mask }: Value): Tensor {
    const { queryKernel, memoryKernel, scale } = this.tensors;
    const [batch, steps, features] = tensor.shape as [number, number, number];
    const pairs = tanh(add(reshape(matmul(query, queryKernel!), [batch, 1, -1]), matmul(tensor, memoryKernel!)));
    const scores = reshape(sum(mul(pairs, scale!), { axes: [-1] }), [batch, 1, steps]);
    const { context } = attendBy(scores, tensor, mask && reshape(mask, [batch, 1, steps]));
    return reshape(context, [batch, features]);
  }
}

function memorySizeIn(inputs: readonly ValueType[]): number {
  return inputs.at(-1)?.shape.at(-1) ?? 1;
}

function requireLayer(layer: unknown): RecurrentLayer {
  if (!(layer instanceof RecurrentLayer)) {
    const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
    throw new OptionError(explain({ expected: "attending to get a recurrent layer", got }));
  }
  if (layer.getConfig().options.activityRegularizer === undefined) return layer;
  const expected = "a layer in attending without `activityRegularizer`";
  throw new OptionError(explain({ expected, got: `it in ${layer.title}`, remedy: "give it to attending" }));
}

/**
 * A recurrent layer that looks at another sequence, the memory, at every step: at an encoder's outputs, so that it need not
 * be told everything by one state. Applied to [x, memory], [batch, time, features] and [batch, steps, size] of any number of
 * steps; what the cell inside takes beside x comes between them. Masked steps of the memory get no weight, whatever they
 * hold; a row that has nothing to look at sees zeros.
 *
 * - `"luong"` (Luong et al. 2015, global attention with general scores and input feeding): with the output h of the layer
 *   inside it finds the context c, the mean of the memory by the softmax of h · W · memory; its own output is the
 *   attentional vector tanh(W · [c; h]), which the layer inside sees beside x at the next step. It is a part of the state,
 *   after those of the layer inside, which may be left out of `initialState`.
 * - `"bahdanau"` (Bahdanau et al. 2015): with the output of the step before it finds the context by the scores
 *   Σ scale · tanh(W · h + U · memory); the layer inside sees it beside x, and its output is that of the layer inside.
 *
 * ```ts
 * const [encoded, state] = gru(64, { returnSequences: true, returnState: true }).apply(embedded);
 * const words = decoder(attending(gru(64)), 700).apply([target, encoded], { initialState: [state] });
 * ```
 *
 * @param layer gives cell, units and options, of the loop over time too; it stays unused itself
 */
export function attending<I, const O extends AttendingOptions>(layer: Layer<I>, options?: O): Layer<I> {
  return new AttendingLayer(layer, options ?? {}) as unknown as Layer<I>;
}
