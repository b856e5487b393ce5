/** A layer whose input goes around it and meets its output: what residual and highway connections have in common. */
import { explain, OptionError, rejectUnknown, ShapeError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { Layer } from "./layer.ts";
import type { Trace } from "./trace.ts";
import { fits, showType, type Value, type ValueType } from "./value.ts";

export abstract class SkipLayer extends Layer<unknown> {
  override readonly children: { readonly layer: Layer<unknown> };
  override readonly givesList: boolean;

  constructor(kind: string, layer: Layer<unknown>, given: CommonOptions, options: Readonly<Record<string, unknown>>) {
    rejectUnknown(kind, given, commonOptionNames);
    if (!(layer instanceof Layer)) {
      throw new OptionError(explain({ expected: `${kind} to get a layer`, got: show(layer) }));
    }
    const inputShape = given.inputShape ?? layer.inputShape;
    super(kind, options, { ...given, ...(inputShape && { inputShape }) });
    this.children = { layer };
    this.givesList = layer.givesList;
  }

  /** Both ways together, [batch, ...features] each. */
  protected abstract join(around: Tensor, through: Tensor): Tensor;

  protected override innerOptions() {
    return { layer: this.children.layer.getConfig() };
  }

  override stateSizes(): Readonly<Record<string, number>> {
    return this.children.layer.stateSizes();
  }

  override build(inputs: readonly ValueType[]): void {
    this.children.layer.build(inputs);
    super.build(inputs);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const outputs = this.children.layer.outputs(inputs);
    const [x] = inputs;
    const [y] = outputs;
    if (x!.dtype === "float32" && y!.dtype === "float32" && fits(y!.shape, x!.shape)) return outputs;
    const expected = `${this.children.layer.title} inside ${this.title} to keep the shape of its input, ${showType(x!)}`;
    const remedy = "give it as many units as there are features, and returnSequences: true if it is recurrent";
    throw new ShapeError(explain({ expected, got: showType(y!), remedy }));
  }

  override call(inputs: readonly Value[], trace: Trace, initialState?: readonly Tensor[]): readonly Value[] {
    const [made, ...rest] = this.children.layer.call(inputs, trace, initialState);
    this.children.layer.penalize([made!, ...rest], trace);
    return [{ tensor: this.join(inputs[0]!.tensor, made!.tensor), mask: made!.mask }, ...rest];
  }
}
