import { explain, OptionError, rejectUnknown, requireChoice, ShapeError, show } from "../errors.ts";
import { add, concat, mul, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { Layer } from "./layer.ts";
import { clean } from "./mask.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import { RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";

const merges = {
  /** Side by side: twice the features. */
  concat: (forward, backward) => concat([forward, backward]),
  sum: add,
  mul,
  ave: (forward, backward) => mul(0.5, add(forward, backward)),
} satisfies Record<string, (forward: Tensor, backward: Tensor) => Tensor>;

export type MergeMode = keyof typeof merges;
const mergeModes = Object.keys(merges) as readonly MergeMode[];

export interface BidirectionalOptions extends CommonOptions {
  /** How both outputs become one; `null` gives both. @default "concat" */
  readonly mergeMode?: MergeMode | null;
  /**
   * Another layer that goes backwards, `goBackwards: true`, with the same `returnSequences`, `returnState` and `stateful`;
   * it stays unused itself. @default the same as the one that goes forwards
   */
  readonly backwardLayer?: Layer<unknown>;
}

const shared = ["returnSequences", "returnState", "stateful"] as const;

/** A list when the layer inside gives one, or when nothing is merged. */
type Output<Inner, O> = Inner extends SymbolicTensor
  ? O extends { readonly mergeMode: null }
    ? SymbolicTensor[]
    : SymbolicTensor
  : SymbolicTensor[];

export class BidirectionalLayer extends Layer<SymbolicTensor | SymbolicTensor[]> {
  override readonly children: { readonly forward: RecurrentLayer; readonly backward: RecurrentLayer };
  override readonly givesList: boolean;
  readonly #mergeMode: MergeMode | null;
  readonly #hasBackwardLayer: boolean;

  constructor(layer: Layer<unknown>, options: BidirectionalOptions) {
    rejectUnknown("bidirectional", options, [...commonOptionNames, "mergeMode", "backwardLayer"]);
    const { mergeMode = "concat", backwardLayer, ...common } = options;
    if (!(layer instanceof RecurrentLayer)) {
      const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
      throw new OptionError(explain({ expected: "bidirectional to get a recurrent layer", got }));
    }
    if (layer.settings.goBackwards) {
      const remedy = "bidirectional makes the backward layer itself";
      throw new OptionError(explain({ expected: "a layer that goes forwards", got: "goBackwards: true", remedy }));
    }
    if (backwardLayer !== undefined) requireBackward(layer, backwardLayer);
    if (mergeMode !== null) requireChoice("mergeMode of bidirectional", mergeMode, mergeModes);
    const inputShape = common.inputShape ?? layer.inputShape;
    super("bidirectional", { mergeMode }, { ...common, ...(inputShape && { inputShape }) });
    const backward = (backwardLayer as RecurrentLayer | undefined) ?? layer;
    this.children = { forward: layer.copy({}), backward: backward.copy({ goBackwards: true }) };
    this.#hasBackwardLayer = backwardLayer !== undefined;
    this.givesList = layer.settings.returnState || mergeMode === null;
    this.#mergeMode = mergeMode;
  }

  protected override innerOptions() {
    const { forward, backward } = this.children;
    // One of its own, or one that was frozen by itself.
    const isOther = this.#hasBackwardLayer || forward.trainable !== backward.trainable;
    return { layer: forward.getConfig(), ...(isOther && { backwardLayer: backward.getConfig() }) };
  }

  override stateSizes(): Readonly<Record<string, number>> {
    const sizes = Object.entries(this.children).flatMap(([path, child]) =>
      Object.entries(child.stateSizes()).map(([name, size]) => [`${path}/${name}`, size] as const),
    );
    return Object.fromEntries(sizes);
  }

  override build(inputs: readonly ValueType[]): void {
    this.children.forward.build(inputs);
    this.children.backward.build(inputs);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [there, ...state] = this.children.forward.outputs(inputs) as [ValueType, ...ValueType[]];
    const [back, ...stateBack] = this.children.backward.outputs(inputs) as [ValueType, ...ValueType[]];
    const states = [...state, ...stateBack];
    if (this.#mergeMode === null) return [there, back, ...states];
    const [units, unitsBack] = [there.shape.at(-1)!, back.shape.at(-1)!];
    if (this.#mergeMode !== "concat" && units !== unitsBack) {
      const expected = `as many units both ways for mergeMode "${this.#mergeMode}" of ${this.title}`;
      throw new ShapeError(explain({ expected, got: `${units} and ${unitsBack}`, remedy: 'use "concat" or null' }));
    }
    const features = this.#mergeMode === "concat" ? units + unitsBack : units;
    return [{ ...there, shape: [...there.shape.slice(0, -1), features] }, ...states];
  }

  override call(inputs: readonly Value[], trace: Trace, initialState: readonly Tensor[] = []): readonly Value[] {
    const { forward, backward } = this.children;
    const [x] = inputs;
    const half = initialState.length === 0 ? 0 : Object.keys(forward.stateSizes()).length;
    const there = forward.pass(inputs, trace, initialState.slice(0, half));
    const back = backward.pass(inputs, trace, initialState.slice(half));
    // Masked steps become zeros here: what one direction has seen there, the other has not.
    const { returnSequences, returnState } = forward.settings;
    const valuesOf = (tensor: Tensor, state: readonly Tensor[]) =>
      [tensor, ...(returnState ? state : [])].map((part) => ({ tensor: part }));
    const output = ({ sequence, last }: typeof there) =>
      returnSequences && sequence ? clean({ tensor: sequence, mask: x!.mask }) : last;
    const both = [output(there), output(back)] as const;
    forward.penalize(valuesOf(both[0], there.state), trace);
    backward.penalize(valuesOf(both[1], back.state), trace);
    const merged = this.#mergeMode === null ? both : [merges[this.#mergeMode](...both)];
    const mask = returnSequences ? x!.mask : undefined;
    const state = returnState ? [...there.state, ...back.state] : [];
    return [...merged.map((tensor) => ({ tensor, mask })), ...state.map((tensor) => ({ tensor }))];
  }
}

function requireBackward({ settings }: RecurrentLayer, backward: Layer<unknown>): void {
  if (!(backward instanceof RecurrentLayer) || !backward.settings.goBackwards) {
    const isLayer = (backward as unknown) instanceof Layer;
    const got = isLayer ? `${backward.title} that does not` : show(backward);
    throw new OptionError(explain({ expected: "`backwardLayer` to be recurrent with goBackwards: true", got }));
  }
  const other = shared.find((name) => backward.settings[name] !== settings[name]);
  if (other === undefined) return;
  const expected = `\`backwardLayer\` to have ${other}: ${settings[other]} like the layer that goes forwards`;
  throw new OptionError(explain({ expected, got: `${backward.settings[other]}` }));
}

/**
 * A recurrent layer and its twin that goes backwards (Schuster & Paliwal 1997), each with weights of its own. With
 * `returnSequences` masked steps are zeros, and the mask goes on.
 *
 * @param layer gives the options; it stays unused itself
 */
export function bidirectional<I, const O extends BidirectionalOptions>(
  layer: Layer<I>,
  options?: O,
): Layer<Output<I, O>> {
  return new BidirectionalLayer(layer, options ?? {}) as unknown as Layer<Output<I, O>>;
}
