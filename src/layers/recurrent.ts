/**
 * Cells through time: the only place that owns time. Layers see [batch, time, features]; the loop goes over
 * [time, batch, features].
 */
import type { Cell } from "../cells/cell.ts";
import {
  type Bound,
  flag,
  type Given,
  integer,
  type OptionTable,
  optional,
  rate,
  resolveOptions,
} from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, requireInteger } from "../errors.ts";
import { full, mul, reverse, scan, swapAxes, type Tensor, type Tensors, variable } from "../graph/index.ts";
import type { Constraint } from "./constraints/index.ts";
import { dropoutMask } from "./dropout-mask.ts";
import type { Choices } from "./feedback.ts";
import { type CommonOptions, Layer, splitOptions, type Trace } from "./layer.ts";
import type { Regularizer } from "./regularizers/index.ts";
import { noiseOf, present, type Share, sequencesOf, shareOf } from "./step-inputs.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import type { Value, ValueType } from "./value.ts";
import { nudged, nudgeOf, nudgesOf, seenAs, seenOf } from "./watch.ts";
import { dropWeights } from "./weight-drop.ts";
import type { WeightOptions } from "./weight-options.ts";
import { zoneoutOption, zoningOut } from "./zoneout.ts";

const sequenceOptions = {
  /** Whether the output is that of all steps, [batch, time, units], or of the last, [batch, units]. @default false */
  returnSequences: flag(false),
  /** Whether the parts of the final state follow the output. @default false */
  returnState: flag(false),
  /** Whether to go from the last step to the first; the sequence comes out in that order. @default false */
  goBackwards: flag(false),
  /** Whether each batch begins with the state in which the batch before ended, row by row. @default false */
  stateful: flag(false),
  /** Share of the inputs to drop while training, the same at every step. @default 0 */
  dropout: rate(0),
  /** Share of the state to drop in the recurrent product while training, the same at every step. @default 0 */
  recurrentDropout: rate(0),
  /** Share of the weights of the recurrent product to drop while training, for the whole batch. @default 0 */
  weightDrop: rate(0),
  /**
   * Share of the units that keep their state of the step before, another each time, while training: of the part that is
   * the output, or by part, `{ h: 0.05, c: 0.5 }`. @default 0
   */
  zoneout: zoneoutOption,
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

/** Options of a layer that takes a cell through time: those of its cell and those of every such layer. */
export type RecurrentOptions<T extends OptionTable = OptionTable> = Given<T> &
  Given<typeof sequenceOptions> &
  CommonOptions &
  WeightOptions<"kernel" | "recurrentKernel" | "bias"> &
  OtherWeightOptions;

/** The same for weights with other names, such as `inputScale` of a cell of one's own. */
interface OtherWeightOptions {
  readonly [option: `${string}Regularizer`]: Regularizer | undefined;
  readonly [option: `${string}Constraint`]: Constraint | undefined;
}

/** What `apply` gives: a list when `returnState` is on. */
export type RecurrentOutput<O> = O extends { readonly returnState: true } ? SymbolicTensor[] : SymbolicTensor;

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

export class RecurrentLayer extends Layer<SymbolicTensor | SymbolicTensor[]> {
  readonly cell: Cell;
  readonly units: number;
  readonly settings: Bound<typeof sequenceOptions>;
  protected override readonly givesList: boolean;
  /** Options as the cell gets them. */
  readonly cellOptions: Bound<OptionTable>;
  /** How its input is shared, from when it is built. */
  #share: Share = { inputSize: 1, further: [] };
  /** By batch size. */
  readonly #kept = new Map<number, Readonly<Record<string, Tensor>>>();

  constructor(cell: Cell, units: number, given: RecurrentOptions) {
    requireInteger(`units of ${cell.name}`, units, 1);
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions(cell.name, { ...cell.options, ...sequenceOptions }, own);
    super(cell.name, { units, ...config }, common);
    this.cell = cell;
    this.units = units;
    this.settings = bound;
    this.givesList = this.settings.returnState;
    this.cellOptions = bound;
  }

  /** The same kind of layer with the same options but for `changes`, and weights of its own. */
  copy(changes: Partial<Given<typeof sequenceOptions>>): RecurrentLayer {
    const { units, ...options } = this.getConfig().options;
    return new RecurrentLayer(this.cell, this.units, { ...options, ...changes });
  }

  override stateSizes(): Readonly<Record<string, number>> {
    return this.cell.state(this.units, this.cellOptions, this.#share.inputSize);
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    this.#share = this.#shareOf(inputs);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const { inputSize } = this.#shareOf(inputs);
    const sizes = Object.values(this.cell.state(this.units, this.cellOptions, inputSize));
    const parts = sizes.map((size): ValueType => ({ shape: [size], dtype: "float32" }));
    const { returnSequences, returnState } = this.settings;
    const time = inputs[0]!.shape[0]!;
    const output: ValueType = returnSequences ? { ...parts[0]!, shape: [time, ...parts[0]!.shape] } : parts[0]!;
    return returnState ? [output, ...parts] : [output];
  }

  protected override weightSpecs(inputs: readonly ValueType[]): WeightSpecs {
    return this.cell.weights(this.#shareOf(inputs).inputSize, this.units, this.cellOptions);
  }

  #shareOf(inputs: readonly ValueType[]): Share {
    const furtherFor = (inputSize: number) => present(this.cell.inputs(inputSize, this.units, this.cellOptions));
    return shareOf(this.title, inputs, furtherFor, this.settings.inputsFromFeatures);
  }

  override stateVariables(batch: number): Readonly<Record<string, Tensor>> {
    if (!this.settings.stateful) return {};
    const known = this.#kept.get(batch);
    if (known !== undefined) return known;
    const sizes = Object.entries(this.stateSizes());
    const made = Object.fromEntries(sizes.map(([name, size]) => [name, variable(`state.${name}`, [batch, size])]));
    this.#kept.set(batch, made);
    return made;
  }

  override call(inputs: readonly Value[], trace: Trace, initialState: readonly Tensor[] = []): readonly Value[] {
    const { returnSequences, returnState, goBackwards } = this.settings;
    const [x] = inputs;
    const { sequence, last, state } = this.pass(inputs, trace, initialState);
    // Going backwards, the sequence comes out as it was made: its first step is the last in time.
    const turn = (steps: Tensor) => (goBackwards ? reverse(steps, 1) : steps);
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
    const { returnSequences, goBackwards, stateful, dropout, recurrentDropout, weightDrop, zoneout } = this.settings;
    const { checkpoint, truncate } = this.settings;
    const x = inputs[0]!;
    const batch = x.tensor.shape[0]!;
    const sizes = this.stateSizes();
    const names = Object.keys(sizes);
    const outputName = names[0]!;
    if (stateful && initialState.length > 0) {
      const expected = `${this.title} to be stateful or to get an initialState`;
      throw new OptionError(explain({ expected, got: "both" }));
    }
    if (trace.keep) this.#requireStreamable(initialState);
    const keeps = stateful || trace.keep !== undefined;
    const kept = trace.keep ? this.#keptBy(trace.keep, batch) : this.stateVariables(batch);
    const begins = keeps || initialState.length > 0;
    const initial = Object.fromEntries(
      names.map((name, i) => [name, kept[name] ?? initialState[i] ?? full([batch, sizes[name]!], 0)]),
    );

    const { inputSize } = this.#share;
    const { steps, further, constants } = sequencesOf(inputs, this.#share);
    const dropped = trace.training && dropout > 0 ? dropoutMask(trace, [1, batch, inputSize], dropout) : undefined;
    const xs = dropped ? mul(steps, dropped) : steps;
    const noiseSizes = present(this.cell.noise(inputSize, this.units, this.cellOptions));
    const noise = noiseOf(trace, noiseSizes, [steps.shape[0]!, batch]);
    const drop = this.#recurrentDropout(trace, batch);
    const options = { ...this.cellOptions, drop: drop.apply };
    const weights = dropWeights(trace, this.title, weightDrop, this.tensors);
    const zone = zoningOut(trace, this.title, zoneout, sizes, [steps.shape[0]!, batch]);

    // The output of a step before the first one is zeros, even where the state is not: it is a carry of its own then.
    const apart = x.mask !== undefined && begins;
    const outputCarry = apart ? { [STEP_BEFORE]: full([batch, sizes[outputName]!], 0) } : {};
    const nudges = trace.watch ? nudgesOf(sizes, [steps.shape[0]!, batch]) : {};
    const { carry, outputs } = scan(
      (before: Tensors, { [X]: step, ...others }: Tensors) => {
        const seen = choices ? choices.seen(step!, before, others, dropped) : step!;
        const made = this.cell.step(weights, seen, before, options, { ...constants, ...noise.silent, ...others });
        const zoned = zone.after(made, before, others);
        const next = trace.watch ? nudged(zoned, others) : zoned;
        const output = next[outputName]!;
        const state = Object.fromEntries(names.map((name) => [name, next[name]!]));
        return {
          carry: { ...(apart && { [STEP_BEFORE]: output }), ...state, ...choices?.after(output, others) },
          outputs: { ...(returnSequences && { sequence: output }), ...(trace.watch && seenOf(state)) } as Tensors,
        };
      },
      { ...outputCarry, ...initial, ...choices?.carry } as Tensors,
      { [X]: xs, ...further, ...noise.drawn, ...choices?.sequences, ...zone.sequences, ...nudges } as Tensors,
      {
        reverse: goBackwards,
        ...(x.mask && { mask: swapAxes(x.mask, 0, 1) }),
        // Without gradients there is nothing to keep.
        ...(trace.training && { checkpoint, ...(truncate !== null && { truncate }) }),
      },
    );
    if (trace.training && recurrentDropout > 0 && !drop.used()) {
      const expected = `a cell that calls drop() for \`recurrentDropout\``;
      throw new OptionError(explain({ expected, got: this.title, remedy: "leave the option out" }));
    }

    for (const part of trace.watch ? names : []) {
      const seen = { part, values: outputs[seenAs(part)]!, nudges: nudges[nudgeOf(part)]!, reverse: goBackwards };
      trace.watch!.state(this, seen);
    }
    const state = names.map((name) => carry[name]!);
    if (keeps) for (const [i, name] of names.entries()) trace.update(kept[name]!, state[i]!);
    return {
      sequence: outputs.sequence && swapAxes(outputs.sequence, 0, 1),
      last: apart ? carry[STEP_BEFORE]! : state[0]!,
      state,
    };
  }

  #keptBy(keep: NonNullable<Trace["keep"]>, batch: number): Readonly<Record<string, Tensor>> {
    const sizes = Object.entries(this.stateSizes());
    return Object.fromEntries(sizes.map(([name, size]) => [name, keep(`${this.title} ${name}`, [batch, size])]));
  }

  #requireStreamable(initialState: readonly Tensor[]): void {
    if (!this.settings.goBackwards && initialState.length === 0) return;
    const got = this.settings.goBackwards ? "one that goes backwards" : "an initialState";
    const expected = `${this.title} to go forward from zeros, for sequences that come step by step`;
    throw new OptionError(explain({ expected, got, remedy: "give whole sequences to predict()" }));
  }

  #recurrentDropout(trace: Trace, batch: number) {
    const { recurrentDropout } = this.settings;
    const masks = new Map<number, Tensor>();
    const apply = (part: Tensor): Tensor => {
      if (!trace.training || recurrentDropout === 0) return part;
      const size = part.shape[1]!;
      const mask = masks.get(size) ?? dropoutMask(trace, [batch, size], recurrentDropout);
      masks.set(size, mask);
      return mul(part, mask);
    };
    return { apply, used: () => masks.size > 0 };
  }
}

/**
 * Takes a cell through time. A mask passes over steps: they change nothing, and the output before is repeated; with
 * `returnSequences` it goes on.
 *
 * @param units size of the state
 */
export function recurrent<T extends OptionTable, const O extends RecurrentOptions<T>>(
  cell: Cell<T>,
  units: number,
  options?: O,
): Layer<RecurrentOutput<O>> {
  return new RecurrentLayer(cell as unknown as Cell, units, options ?? {}) as unknown as Layer<RecurrentOutput<O>>;
}
