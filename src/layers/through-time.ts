/**
 * What goes through time: the only place that owns time. Layers see [batch, time, features]; the loop goes over
 * [time, batch, features].
 */
import { type Bound, flag, type Given, integer, optional } from "../cells/option.ts";
import { full, mul, swapAxes, type Tensor, type Tensors, variable } from "../graph/index.ts";
import { runLoop } from "../graph/loop.ts";
import type { CommonOptions } from "./common-options.ts";
import type { Choices } from "./feedback.ts";
import { Layer } from "./layer.ts";
import { type Constants, type Share, type Sizes, shareOf } from "./step-inputs.ts";
import { BEGUN, type Steps } from "./steps.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";

export const loopOptions = {
  /** Whether the output is that of all steps, [batch, time, units], or of the last, [batch, units]. @default false */
  returnSequences: flag(false),
  /** Whether the parts of the final state follow the output. @default false */
  returnState: flag(false),
  /** Whether to go from the last step to the first; the sequence comes out in that order. @default false */
  goBackwards: flag(false),
  /** Whether each batch begins with the state in which the batch before ended, row by row. @default false */
  stateful: flag(false),
  /**
   * Whether the last features of x are what the cell gets beside it (time gaps, say), in the cell's order, as
   * `sequential` needs it; otherwise they are further inputs of the layer. @default false
   */
  inputsFromFeatures: flag(false),
  /**
   * Whether training keeps the state of every √steps steps alone and computes the rest again when it goes back: for long
   * sequences, much less memory for a third more time. @default false
   */
  checkpoint: flag(false),
  /**
   * Steps of a segment of time across whose begin no gradient flows, though the state does (truncated back-propagation).
   * @default null: gradients flow through all steps
   */
  truncate: optional(integer(1)),
};

/** Name of the carry that holds the output of the step before; no part of a state is called so. */
const STEP_BEFORE = "output of the step before";

/** Name of the sequence that is x; no further input of a cell is called so. */
const X = "x itself";

/** What a pass through time gives. */
export interface Pass {
  /** [batch, time, units] in the order of time; absent unless asked for. */
  readonly sequence: Tensor | undefined;
  /** The output of the last valid step in the direction of the pass, [batch, units]. */
  readonly last: Tensor;
  /** The parts of the final state. */
  readonly state: readonly Tensor[];
}

/** A layer with a state that goes from step to step. What happens at a step is said by those who extend it. */
export abstract class RecurrentLayer extends Layer<SymbolicTensor | SymbolicTensor[]> {
  readonly settings: Bound<typeof loopOptions>;
  override readonly givesList: boolean;
  /** What few layers ask for, once it is loaded. */
  protected around: typeof import("./around-steps.ts") | undefined;
  /** How its input is shared, from when it is built. */
  #share: Share = { inputSize: 1, further: [], constants: [] };
  /** By batch size. */
  readonly #kept = new Map<number, Readonly<Record<string, Tensor>>>();

  constructor(
    kind: string,
    options: Readonly<Record<string, unknown>>,
    common: CommonOptions,
    settings: Bound<typeof loopOptions>,
  ) {
    super(kind, options, common);
    this.settings = settings;
    this.givesList = settings.returnState;
  }

  /** As it was asked for; of several cells that of the last. */
  abstract readonly units: number;

  /** The same kind of layer with the same options but for `changes`, and weights of its own. */
  abstract copy(changes: Partial<Given<typeof loopOptions>>): RecurrentLayer;

  /** Sizes of the parts of the state, for steps of so many features. */
  abstract sizesFor(inputSize: number): Readonly<Record<string, number>>;

  /** The part of the state that is the output. */
  abstract outputIn(sizes: Readonly<Record<string, number>>): string;

  /** The weights [size] that the parts of its state begin as, by part, of those that are learned. */
  abstract learnedStateFor(inputSize: number): Tensors;

  /** What it gets at each step besides x. */
  abstract furtherFor(inputSize: number): Sizes;

  /** What it gets whole, the same at every step. */
  constantsFor(_inputSize: number): Constants {
    return [];
  }

  /** What it does at each step of one pass. */
  abstract steps(trace: Trace, front: readonly [time: number, batch: number], inputSize: number): Steps;

  override async load(): Promise<void> {
    await super.load();
    if (this.asks(this.#share).some(Boolean)) this.around = await import("./around-steps.ts");
  }

  /** What few layers ask for: this one does if any of it is neither false nor 0 nor left out. */
  protected asks({ further, constants }: Share): readonly unknown[] {
    const { goBackwards, stateful, checkpoint, truncate } = this.settings;
    return [goBackwards, stateful, checkpoint, truncate, ...further, ...constants, ...Object.keys(this.learnedState)];
  }

  override stateSizes(): Readonly<Record<string, number>> {
    return this.sizesFor(this.#share.inputSize);
  }

  /** The weights that the parts of its state begin as, from when it is built. */
  get learnedState(): Tensors {
    return this.learnedStateFor(this.#share.inputSize);
  }

  /** Sizes of what has to be kept to go on: the parts of the state, and whether a row has begun where that matters. */
  keptSizes(): Readonly<Record<string, number>> {
    const learns = Object.keys(this.learnedState).length > 0;
    return { ...this.stateSizes(), ...(learns && { [BEGUN]: 1 }) };
  }

  /** Size of the output, for steps of so many features. */
  outputSizeFor(inputSize: number): number {
    const sizes = this.sizesFor(inputSize);
    return sizes[this.outputIn(sizes)]!;
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    this.#share = this.shareOf(inputs);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const { inputSize } = this.shareOf(inputs);
    const typeOf = (size: number): ValueType => ({ shape: [size], dtype: "float32" });
    const { returnSequences, returnState } = this.settings;
    const one = typeOf(this.outputSizeFor(inputSize));
    const output = returnSequences ? { ...one, shape: [inputs[0]!.shape[0]!, ...one.shape] } : one;
    return returnState ? [output, ...Object.values(this.sizesFor(inputSize)).map(typeOf)] : [output];
  }

  /** Names and shapes of what it gets whole, from when it is built. */
  get constants(): Constants {
    return this.#share.constants;
  }

  /** How inputs of these types are shared. */
  protected shareOf(inputs: readonly ValueType[]): Share {
    return shareOf(this, inputs);
  }

  override stateVariables(batch: number): Readonly<Record<string, Tensor>> {
    if (!this.settings.stateful) return {};
    const known = this.#kept.get(batch);
    if (known !== undefined) return known;
    const sizes = Object.entries(this.keptSizes());
    const made = Object.fromEntries(sizes.map(([name, size]) => [name, variable(`state.${name}`, [batch, size])]));
    this.#kept.set(batch, made);
    return made;
  }

  override call(inputs: readonly Value[], trace: Trace, initialState: readonly Tensor[] = []): readonly Value[] {
    const { returnSequences, returnState, goBackwards } = this.settings;
    const [x] = inputs;
    const { sequence, last, state } = this.pass(inputs, trace, initialState);
    // Going backwards, the sequence comes out as it was made: its first step is the last in time.
    const turn = (steps: Tensor) => (goBackwards ? this.around!.reverse(steps, 1) : steps);
    const output: Value =
      returnSequences && sequence ? { tensor: turn(sequence), mask: x!.mask && turn(x!.mask) } : { tensor: last };
    return returnState ? [output, ...state.map((tensor) => ({ tensor }))] : [output];
  }

  /**
   * Goes through the sequence once. At a masked step the state stays as it was and the output is that of the step before,
   * zeros where there is none.
   *
   * @param choices that take the place of inputs
   */
  pass(inputs: readonly Value[], trace: Trace, initialState: readonly Tensor[], choices?: Choices): Pass {
    const { returnSequences, goBackwards, checkpoint, truncate } = this.settings;
    const [x, ...others] = inputs as readonly [Value, ...Value[]];
    const all = swapAxes(x.tensor, 0, 1);
    const front = all.shape.slice(0, 2) as [time: number, batch: number];
    const [time, batch] = front;
    const sizes = this.stateSizes();
    const outputName = this.outputIn(sizes);
    const { kept, initial, begins } = this.#begin(trace, inputs, initialState);

    const plain = this.steps(trace, front, this.#share.inputSize);
    const beside = this.around?.besideX(plain, all, others, this.#share) ?? plain;
    const watched = trace.watch?.pass(this, beside, sizes, front, goBackwards) ?? beside;
    const own = choices?.(watched, outputName) ?? watched;
    const steps = own.x ?? all;

    // The output of a step before the first one is zeros, even where the state is not: it is a carry of its own then.
    // In a stream they are the state that it keeps, so that a masked step repeats the one before.
    const apart = x.mask !== undefined && begins && trace.memory === undefined;
    const outputCarry = apart ? { [STEP_BEFORE]: full([batch, sizes[outputName]!], 0) } : {};
    const loop = {
      steps: time,
      reverse: goBackwards,
      step: ({ [STEP_BEFORE]: _, ...before }: Tensors, { [X]: step, ...given }: Tensors) => {
        const next = own.after(step!, before, given, {});
        const output = next[outputName]!;
        return {
          carry: { ...next, ...(apart && { [STEP_BEFORE]: output }) },
          outputs: { ...(returnSequences && { sequence: output }), ...own.outputs?.(next) } as Tensors,
        };
      },
    };
    const before = { ...outputCarry, ...initial, ...own.carry } as Tensors;
    const sequences = { [X]: own.dropped ? mul(steps, own.dropped) : steps, ...own.sequences };
    const mask = x.mask && swapAxes(x.mask, 0, 1);
    // Without gradients there is nothing to keep.
    const { carry, outputs } =
      this.around && trace.training
        ? this.around.runSegments(loop, { checkpoint, truncate: truncate ?? undefined }, before, sequences, mask)
        : runLoop(loop, before, sequences, mask);
    own.end?.(outputs);
    for (const [name, variable] of Object.entries(kept)) {
      // What is no part of the state is whether rows have begun.
      trace.update(variable, carry[name] ?? full([batch, 1], 1));
    }
    return {
      sequence: outputs.sequence && swapAxes(outputs.sequence, 0, 1),
      last: carry[apart ? STEP_BEFORE : outputName]!,
      state: Object.keys(sizes).map((name) => carry[name]!),
    };
  }

  /** The variables that keep the state, if there are any, the state before the first step, and whether it may not be zeros. */
  #begin(trace: Trace, inputs: readonly Value[], given: readonly Tensor[]) {
    const batch = inputs[0]!.tensor.shape[0]!;
    const kept = trace.memory?.statesOf(this, inputs, given) ?? this.stateVariables(batch);
    const learned = this.around?.learnedBegin(this, given, kept, batch);
    const initial = Object.entries(this.stateSizes()).map(([name, size], i): [string, Tensor] => {
      return [name, learned?.[name] ?? kept[name] ?? given[i] ?? full([batch, size], 0)];
    });
    const begins = given.length > 0 || Object.keys({ ...kept, ...learned }).length > 0;
    return { kept, initial: Object.fromEntries(initial), begins };
  }
}
