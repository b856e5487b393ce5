import { explain, OptionError, rejectUnknown, show } from "../errors.ts";
import { type DType, max, mul, reshape, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { Layer } from "./layer.ts";
import { expandMask } from "./mask.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";

export class TimeDistributedLayer extends Layer {
  override readonly inputDtype: DType;
  override readonly children: { readonly layer: Layer };

  constructor(layer: Layer, options: CommonOptions) {
    rejectUnknown("timeDistributed", options, commonOptionNames);
    if (!(layer instanceof Layer) || Object.keys(layer.stateVariables(1)).length > 0) {
      const got = layer instanceof Layer ? `the stateful ${layer.title}` : show(layer);
      throw new OptionError(explain({ expected: "timeDistributed to get a layer without a state to keep", got }));
    }
    super("timeDistributed", {}, options);
    this.children = { layer };
    this.inputDtype = layer.inputDtype;
  }

  override get padding(): number | undefined {
    return this.children.layer.padding;
  }

  override checkIds(ids: ArrayLike<number>): void {
    this.children.layer.checkIds(ids);
  }

  protected override innerOptions() {
    return { layer: this.children.layer.getConfig() };
  }

  override build(inputs: readonly ValueType[]): void {
    this.outputs(inputs);
    this.children.layer.build([this.#step(inputs[0]!)]);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [input] = inputs;
    if (inputs.length !== 1 || input === undefined || input.shape.length < 2) {
      throw this.misfit("[batch, time, ...]", inputs);
    }
    const outputs = this.children.layer.outputs([this.#step(input)]);
    if (outputs.length !== 1) {
      const expected = `one output from the layer inside ${this.title}`;
      throw new OptionError(explain({ expected, got: `${outputs.length} of ${this.children.layer.title}` }));
    }
    return outputs.map(({ shape, dtype }) => ({ shape: [input.shape[0]!, ...shape], dtype }));
  }

  override call([input]: readonly Value[], trace: Trace): readonly Value[] {
    const { tensor, mask } = input!;
    const [batch, time, ...rest] = tensor.shape as [number, number, ...number[]];
    const asRows = (x: Tensor, inside: readonly number[]) => reshape(x, [batch * time, ...inside]);
    // A mask of steps inside steps is the inner layer's to use; one of the outer steps alone is none of its business.
    const isNested = mask !== undefined && mask.rank > 2;
    if (mask !== undefined && !isNested && this.children.layer.mixesRows) {
      const expected = `${this.title} of masked steps to get a layer that treats each step by itself`;
      const remedy = "apply it to the sequence, it knows the mask";
      throw new OptionError(explain({ expected, got: this.children.layer.title, remedy }));
    }
    const inner = { tensor: asRows(tensor, rest), ...(isNested && { mask: asRows(mask, mask.shape.slice(2)) }) };
    // The sequences inside a step are whole, also where the outer steps come in parts.
    const [output] = this.children.layer.call([inner], { ...trace, memory: undefined });
    const asSteps = (x: Tensor) => reshape(x, [batch, time, ...x.shape.slice(1)]);
    const result = { tensor: asSteps(output!.tensor), mask: maskOf(mask, output!.mask && asSteps(output!.mask)) };
    this.children.layer.penalize([result], trace);
    return [result];
  }

  #step({ shape, dtype }: ValueType): ValueType {
    return { shape: shape.slice(1), dtype };
  }
}

/**
 * What counts after the layer inside: the steps of its own mask [batch, time, inner, ...] where it gives one. Where it
 * has folded them, an outer step counts if any step inside it did.
 */
function maskOf(before: Tensor | undefined, made: Tensor | undefined): Tensor | undefined {
  if (before === undefined || before.rank > 2) {
    return made ?? (before && max(before, { axes: before.shape.map((_, axis) => axis).slice(2) }));
  }
  return made ? mul(expandMask(before, made), made) : before;
}

/**
 * Applies a layer to each time step by itself: [batch, time, ...] as if it were [batch · time, ...]. A mask goes on. So do
 * masks of steps inside steps, [batch, time, inner]: of words in sentences in documents, say. The layer inside passes over
 * the masked words, and the sentences without any are masked after it.
 */
export function timeDistributed(layer: Layer, options: CommonOptions = {}): Layer {
  return new TimeDistributedLayer(layer, options);
}
