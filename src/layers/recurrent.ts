/** A cell as a layer: its units, its options and those of its loop over time. */
import type { Cell } from "../cells/cell.ts";
import { type Bound, type Given, type OptionTable, resolveOptions } from "../cells/option.ts";
import type { WeightSpecs } from "../cells/weight.ts";
import { explain, OptionError, requireInteger, show } from "../errors.ts";
import type { Tensors } from "../graph/index.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import type { Constraint } from "./constraints/index.ts";
import type { Layer } from "./layer.ts";
import { type LearnedPart, learnedParts, learnedSpecs, learnedStateOption } from "./learned-state.ts";
import type { Regularizer } from "./regularizers/index.ts";
import { type Constants, present, type Share, type Sizes } from "./step-inputs.ts";
import { plainStepsOf, type Steps, stepOptions } from "./steps.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import { loopOptions, RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import type { ValueType } from "./value.ts";
import type { WeightOptions } from "./weight-options.ts";

const sequenceOptions = {
  ...loopOptions,
  ...stepOptions,
  /**
   * Whether the state that a sequence begins with is trained, from zeros on, one for all rows: all its parts, or those of
   * a list, `["h"]`. They are the weights `initialH`, `initialC`, … Where batches go on from each other (`stateful`), a row
   * begins with it after `resetStates` and at the very first, and it learns from these rows alone. A stream begins with it,
   * too; steps that are masked before the first that counts give it there. There is no room for it beside an `initialState`.
   * @default false
   */
  learnInitialState: learnedStateOption,
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

export class CellLayer extends RecurrentLayer {
  readonly units: number;
  readonly #cell: Cell;
  /** Options as the cell and its steps get them. */
  readonly #bound: Bound<OptionTable> & Bound<typeof sequenceOptions>;

  constructor(cell: Cell, units: number, given: RecurrentOptions) {
    if (typeof cell?.step !== "function") {
      const remedy = "defineCell() makes one, and `cells` has those of the library";
      throw new OptionError(explain({ expected: "a cell for a recurrent layer", got: show(cell), remedy }));
    }
    requireInteger(`units of ${cell.name}`, units, 1);
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions(cell.name, { ...cell.options, ...sequenceOptions }, own);
    super(cell.name, { units, ...config }, common, bound);
    this.#cell = cell;
    this.units = units;
    this.#bound = bound;
  }

  override copy(changes: Partial<Given<typeof loopOptions>>): RecurrentLayer {
    const { units, ...options } = this.getConfig().options;
    return new CellLayer(this.#cell, this.units, { ...options, ...changes });
  }

  protected override asks(share: Share): readonly unknown[] {
    const { dropout, recurrentDropout, weightDrop, zoneout } = this.#bound;
    const noise = this.#cell.noise(share.inputSize, this.units, this.#bound);
    return [...super.asks(share), dropout, recurrentDropout, weightDrop, zoneout, ...Object.values(noise)];
  }

  override sizesFor(inputSize: number): Readonly<Record<string, number>> {
    return this.#cell.state(this.units, this.#bound, inputSize);
  }

  override outputIn(sizes: Readonly<Record<string, number>>): string {
    return Object.keys(sizes)[0]!;
  }

  override constantsFor(inputSize: number): Constants {
    return Object.entries(this.#cell.constants(inputSize, this.units, this.#bound));
  }

  override furtherFor(inputSize: number): Sizes {
    return present(this.#cell.inputs(inputSize, this.units, this.#bound));
  }

  protected override weightSpecs(inputs: readonly ValueType[]): WeightSpecs {
    const { inputSize } = this.shareOf(inputs);
    const weights = this.#cell.weights(inputSize, this.units, this.#bound);
    return { ...weights, ...learnedSpecs(this.title, this.#learned(inputSize), weights) };
  }

  override learnedStateFor(inputSize: number): Tensors {
    return Object.fromEntries(this.#learned(inputSize).map(({ part, name }) => [part, this.tensors[name]!]));
  }

  #learned(inputSize: number): readonly LearnedPart[] {
    return learnedParts(this.title, this.#bound.learnInitialState, this.sizesFor(inputSize));
  }

  override steps(trace: Trace, front: readonly [time: number, batch: number], inputSize: number): Steps {
    const { title, units, tensors: weights } = this;
    const sizes = this.sizesFor(inputSize);
    const own = { title, cell: this.#cell, units, options: this.#bound, weights, sizes };
    return this.around?.stepsOf(own, trace, front, inputSize) ?? plainStepsOf(own);
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
  return new CellLayer(cell as unknown as Cell, units, options ?? {}) as unknown as Layer<RecurrentOutput<O>>;
}
