import { explain, OptionError, rejectUnknown, ShapeError, show } from "../errors.ts";
import { reshape, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames, Layer, type Trace } from "./layer.ts";
import { showType, type Value, type ValueType } from "./value.ts";

export class TimeDistributedLayer extends Layer {
  override readonly children: { readonly layer: Layer };

  constructor(layer: Layer, options: CommonOptions) {
    rejectUnknown("timeDistributed", options, commonOptionNames);
    if (!(layer instanceof Layer) || Object.keys(layer.stateVariables(1)).length > 0) {
      const got = layer instanceof Layer ? `the stateful ${layer.title}` : show(layer);
      throw new OptionError(explain({ expected: "timeDistributed to get a layer without a state to keep", got }));
    }
    super("timeDistributed", {}, options);
    this.children = { layer };
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
      const expected = `input [batch, time, ...] for ${this.title}`;
      throw new ShapeError(explain({ expected, got: inputs.map(showType).join(" and ") }));
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
    const rows: Tensor = reshape(tensor, [batch * time, ...rest]);
    const [output] = this.children.layer.call([{ tensor: rows }], trace);
    const made = output!.tensor;
    const result = { tensor: reshape(made, [batch, time, ...made.shape.slice(1)]), mask };
    this.children.layer.penalize([result], trace);
    return [result];
  }

  #step({ shape, dtype }: ValueType): ValueType {
    return { shape: shape.slice(1), dtype };
  }
}

/** Applies a layer to each time step by itself: [batch, time, ...] as if it were [batch · time, ...]. A mask goes on. */
export function timeDistributed(layer: Layer, options: CommonOptions = {}): Layer {
  return new TimeDistributedLayer(layer, options);
}
