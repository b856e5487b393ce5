import {
  activation,
  type Bound,
  flag,
  type Given,
  integer,
  type Option,
  rate,
  resolveOptions,
} from "../cells/option.ts";
import { explain, OptionError, show } from "../errors.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { lastStep } from "./last-step.ts";
import { Layer } from "./layer.ts";
import { tcnBlockKind } from "./tcn-block.ts";
import type { Trace } from "./trace.ts";
import type { Value, ValueType } from "./value.ts";
import { requireSteps } from "./whole-sequences.ts";

const dilations: Option<readonly number[]> = {
  fallback: [1, 2, 4, 8],
  check(name, value) {
    const isRate = (rate: unknown) => Number.isInteger(rate) && (rate as number) >= 1;
    if (Array.isArray(value) && value.length > 0 && value.every(isRate)) return;
    throw new OptionError(
      explain({ expected: `\`${name}\` to be a list of integers of at least 1`, got: show(value) }),
    );
  },
};

const options = {
  /** Steps in a window. @default 3 */
  kernelSize: integer(1, 3),
  /** One block for each: the steps between the taps of its windows. @default [1, 2, 4, 8] */
  dilations,
  /** Whether the output is that of all steps, [batch, time, filters], or of the last, [batch, filters]. @default false */
  returnSequences: flag(false),
  /** Share of the filters to drop after each convolution while training. @default 0 */
  dropout: rate(0),
  /** Whether each filter is a direction and a length that are learned apart. @default false */
  weightNormalization: flag(false),
  /** @default "relu" */
  activation: activation("relu"),
};

export type TcnOptions = Given<typeof options> & CommonOptions;

export class TcnLayer extends Layer {
  override readonly children: Readonly<Record<string, Layer>>;
  readonly #settings: Bound<typeof options>;

  constructor(filters: number, given: TcnOptions) {
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions("tcn", { filters: integer(1), ...options }, { filters, ...own });
    super("tcn", config, common);
    this.#settings = bound;
    const {
      dilations,
      returnSequences: _,
      ...ofBlocks
    } = config as { readonly dilations: readonly number[] } & Given<typeof options>;
    this.children = Object.fromEntries(
      dilations.map((dilationRate, i) => [`block${i}`, tcnBlockKind.create({ filters, ...ofBlocks, dilationRate })]),
    );
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    let types = inputs;
    for (const block of Object.values(this.children)) {
      block.build(types);
      types = block.outputs(types);
    }
  }

  override outputs(inputs: readonly ValueType[]): readonly ValueType[] {
    const [{ shape, dtype }] = Object.values(this.children)[0]!.outputs(inputs) as [ValueType];
    return [{ shape: this.#settings.returnSequences ? shape : shape.slice(1), dtype }];
  }

  override call(inputs: readonly Value[], trace: Trace): readonly Value[] {
    requireSteps(trace.memory, this.title, !this.#settings.returnSequences);
    const made = Object.values(this.children).reduce((values, block) => block.call(values, trace), inputs);
    return this.#settings.returnSequences ? made : [{ tensor: lastStep(made[0]!) }];
  }
}

/**
 * Temporal convolutional network (Bai et al. 2018): residual blocks of causal convolutions with growing gaps between their
 * taps. A step sees 1 + 2 · (kernelSize − 1) · Σ dilations steps, itself included. Takes the place of a recurrent layer.
 * Masked steps count as zeros; with `returnSequences` a mask goes on, else the last step that counts comes out.
 *
 * @param filters features of the output
 */
export function tcn(filters: number, options: TcnOptions = {}): Layer {
  return new TcnLayer(filters, options);
}
