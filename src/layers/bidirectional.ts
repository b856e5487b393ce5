import { explain, OptionError, rejectUnknown, requireChoice, show } from "../errors.ts";
import { add, concat, mul, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames, Layer, type Trace } from "./layer.ts";
import { clean } from "./mask.ts";
import { RecurrentLayer } from "./recurrent.ts";
import type { SymbolicTensor } from "./symbolic.ts";
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
}

/** A list when the layer inside gives one, or when nothing is merged. */
type Output<Inner, O> = Inner extends SymbolicTensor
  ? O extends { readonly mergeMode: null }
    ? SymbolicTensor[]
    : SymbolicTensor
  : SymbolicTensor[];

export class BidirectionalLayer extends Layer<SymbolicTensor | SymbolicTensor[]> {
  override readonly children: { readonly forward: RecurrentLayer; readonly backward: RecurrentLayer };
  protected override readonly givesList: boolean;
  readonly #mergeMode: MergeMode | null;

  constructor(layer: Layer<unknown>, options: BidirectionalOptions) {
    rejectUnknown("bidirectional", options, [...commonOptionNames, "mergeMode"]);
    const { mergeMode = "concat", ...common } = options;
    if (!(layer instanceof RecurrentLayer)) {
      const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
      throw new OptionError(explain({ expected: "bidirectional to get a recurrent layer", got }));
    }
    if (layer.settings.goBackwards) {
      const remedy = "bidirectional makes the backward layer itself";
      throw new OptionError(explain({ expected: "a layer that goes forwards", got: "goBackwards: true", remedy }));
    }
    if (mergeMode !== null) requireChoice("mergeMode of bidirectional", mergeMode, mergeModes);
    const inputShape = common.inputShape ?? layer.inputShape;
    super("bidirectional", { mergeMode }, { ...common, ...(inputShape && { inputShape }) });
    this.children = { forward: layer.copy({}), backward: layer.copy({ goBackwards: true }) };
    this.givesList = layer.settings.returnState || mergeMode === null;
    this.#mergeMode = mergeMode;
  }

  protected override innerOptions() {
    return { layer: this.children.forward.getConfig() };
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
    const [output, ...state] = this.children.forward.outputs(inputs) as [ValueType, ...ValueType[]];
    const features = output.shape.at(-1)! * (this.#mergeMode === "concat" ? 2 : 1);
    const merged = { ...output, shape: [...output.shape.slice(0, -1), features] };
    return [...(this.#mergeMode === null ? [output, output] : [merged]), ...state, ...state];
  }

  override call(inputs: readonly Value[], trace: Trace, initialState: readonly Tensor[] = []): readonly Value[] {
    const { forward, backward } = this.children;
    const [x] = inputs;
    const half = initialState.length / 2;
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
