import { explain, OptionError, rejectUnknown, requireInteger, ShapeError, show } from "../errors.ts";
import { pad, reshape, sliceAxis, swapAxes, type Tensor } from "../graph/index.ts";
import { type CommonOptions, commonOptionNames } from "./common-options.ts";
import { lastStep } from "./last-step.ts";
import { Layer } from "./layer.ts";
import { RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import { showTypes, type Value, type ValueType } from "./value.ts";
import { requireWholeSequences } from "./whole-sequences.ts";

export interface DilatedOptions extends CommonOptions {
  /** Steps from one state to the next, at least 1. @default 2 */
  readonly rate?: number;
}

export class DilatedLayer extends Layer {
  override readonly children: { readonly layer: RecurrentLayer };
  readonly #rate: number;
  readonly #returnSequences: boolean;

  constructor(layer: Layer<unknown>, options: DilatedOptions) {
    rejectUnknown("dilated", options, [...commonOptionNames, "rate"]);
    const { rate = 2, ...common } = options;
    requireInteger("rate of dilated", rate, 1);
    if (!(layer instanceof RecurrentLayer)) {
      const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
      throw new OptionError(explain({ expected: "dilated to get a recurrent layer", got }));
    }
    const refused = (["returnState", "goBackwards", "stateful"] as const).find((name) => layer.settings[name]);
    if (refused !== undefined) {
      const expected = "dilated to get a layer that goes forwards and keeps no state";
      throw new OptionError(explain({ expected, got: `${refused}: true` }));
    }
    const inputShape = common.inputShape ?? layer.inputShape;
    super("dilated", { rate }, { ...common, ...(inputShape && { inputShape }) });
    this.children = { layer: layer.copy({ returnSequences: true }) };
    this.#rate = rate;
    this.#returnSequences = layer.settings.returnSequences;
  }

  protected override innerOptions() {
    const { kind, options } = this.children.layer.getConfig();
    return { layer: { kind, options: { ...options, returnSequences: this.#returnSequences } } };
  }

  override build(inputs: readonly ValueType[]): void {
    this.outputs(inputs);
    this.children.layer.build(inputs);
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    if (inputs.length !== 1) {
      const expected = `one input [batch, time, features] for ${this.title}`;
      const remedy = "a cell that gets time gaps has one step of time between its states";
      throw new ShapeError(explain({ expected, got: showTypes(inputs), remedy }));
    }
    const [{ shape, dtype }] = this.children.layer.outputs(inputs) as [ValueType];
    return [{ shape: this.#returnSequences ? shape : shape.slice(1), dtype }];
  }

  /** Every `rate`-th step is a row of its own: [batch, time, ...] becomes [batch · rate, time / rate, ...]. */
  override call([input]: readonly Value[], trace: Trace): readonly Value[] {
    requireWholeSequences(trace, this.title);
    const { tensor, mask } = input!;
    const [batch, time] = tensor.shape as [number, number];
    const rate = this.#rate;
    const length = Math.ceil(time / rate);
    const apart = (x: Tensor) => {
      const rest = x.shape.slice(2);
      const none = x.shape.map(() => 0);
      const whole = pad(x, none, [0, length * rate - time, ...rest.map(() => 0)]);
      return reshape(swapAxes(reshape(whole, [batch, length, rate, ...rest]), 1, 2), [batch * rate, length, ...rest]);
    };
    // What is added at the end are steps after all others: without a mask of their own, they reach nothing that is kept.
    const rows = { tensor: apart(tensor), mask: mask && apart(mask) };
    const [made] = this.children.layer.call([rows], trace);
    const size = made!.tensor.shape[2]!;
    const together = reshape(swapAxes(reshape(made!.tensor, [batch, rate, length, size]), 1, 2), [batch, -1, size]);
    const sequence = { tensor: sliceAxis(together, 1, 0, time), mask };
    const result = this.#returnSequences ? sequence : { tensor: lastStep(sequence) };
    this.children.layer.penalize([result], trace);
    return [result];
  }
}

/**
 * A recurrent layer whose state goes from each step to the one `rate` steps later (Chang et al. 2017, Dilated recurrent
 * neural networks): stacked with rates 1, 2, 4, 8, … it sees several time scales, and gradients have `rate` times fewer
 * steps to go. All `rate` strands run side by side, which makes it faster as well.
 *
 * @param layer gives the options; it stays unused itself
 */
export function dilated(layer: Layer<unknown>, options: DilatedOptions = {}): Layer {
  return new DilatedLayer(layer, options);
}
