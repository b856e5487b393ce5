/** Several cells, one above the other, in one loop over time. */
import { type Given, resolveOptions } from "../cells/option.ts";
import { explain, OptionError, show } from "../errors.ts";
import { mul, type Tensors, take } from "../graph/index.ts";
import { buildInside } from "./build-inside.ts";
import { type CommonOptions, splitOptions } from "./common-options.ts";
import { Layer } from "./layer.ts";
import { numbered } from "./numbered.ts";
import type { RecurrentOutput } from "./recurrent.ts";
import type { Constants, Sizes } from "./step-inputs.ts";
import type { Steps } from "./steps.ts";
import { loopOptions, RecurrentLayer } from "./through-time.ts";
import type { Trace } from "./trace.ts";
import type { ValueType } from "./value.ts";

/** Options of the loop over time that they share. */
export type StackedOptions = Given<typeof loopOptions> & CommonOptions;

/** A cell of a stack at its place, for steps of so many features of the whole stack. */
interface Place {
  readonly name: string;
  readonly layer: RecurrentLayer;
  /** Features that it gets from the one below. */
  readonly inputSize: number;
}

export class StackedLayer extends RecurrentLayer {
  override readonly children: Readonly<Record<string, RecurrentLayer>>;

  constructor(layers: readonly Layer<unknown>[], given: StackedOptions) {
    const inner = requireLayers(layers);
    const { common, own } = splitOptions(given);
    const { config, bound } = resolveOptions("stacked", loopOptions, own);
    const inputShape = common.inputShape ?? inner[0]!.inputShape;
    super("stacked", config, { ...common, ...(inputShape && { inputShape }) }, bound);
    this.children = byName(inner);
  }

  get units(): number {
    return this.#last[1].units;
  }

  get #last(): readonly [name: string, layer: RecurrentLayer] {
    return Object.entries(this.children).at(-1)!;
  }

  override copy(changes: Partial<Given<typeof loopOptions>>): RecurrentLayer {
    const { layers: _, ...options } = this.getConfig().options;
    return new StackedLayer(Object.values(this.children), { ...options, ...changes });
  }

  protected override innerOptions() {
    return { layers: Object.values(this.children).map((layer) => layer.getConfig()) };
  }

  /** The cells from the lowest to the highest. */
  #placesFor(inputSize: number): readonly Place[] {
    let size = inputSize;
    return Object.entries(this.children).map(([name, layer]) => {
      const place = { name, layer, inputSize: size };
      size = layer.outputSizeFor(size);
      return place;
    });
  }

  override sizesFor(inputSize: number): Readonly<Record<string, number>> {
    const places = this.#placesFor(inputSize);
    return Object.assign({}, ...places.map(({ name, layer, inputSize: size }) => within(name, layer.sizesFor(size))));
  }

  override outputIn(sizes: Readonly<Record<string, number>>): string {
    const [name, layer] = this.#last;
    return `${name}/${layer.outputIn(inside(name, sizes))}`;
  }

  override learnedStateFor(inputSize: number): Tensors {
    const places = this.#placesFor(inputSize);
    return Object.assign(
      {},
      ...places.map(({ name, layer, inputSize: size }) => within(name, layer.learnedStateFor(size))),
    );
  }

  /** What cells call by the same name is one input for all of them. */
  override furtherFor(inputSize: number): Sizes {
    const all = this.#placesFor(inputSize).flatMap(({ layer, inputSize: size }) => layer.furtherFor(size));
    const further = new Map(all);
    const odd = all.find(([name, size]) => further.get(name) !== size);
    if (odd === undefined) return [...further];
    const [name, size] = odd;
    const expected = `cells of ${this.title} that take \`${name}\` to take it in one size`;
    throw new OptionError(explain({ expected, got: `${size} and ${further.get(name)}` }));
  }

  /** What cells call by the same name is one constant for all of them. */
  override constantsFor(inputSize: number): Constants {
    const all = this.#placesFor(inputSize).flatMap(({ layer, inputSize: size }) => layer.constantsFor(size));
    return [...new Map(all)];
  }

  override build(inputs: readonly ValueType[]): void {
    super.build(inputs);
    const { inputSize: own, constants } = this.shareOf(inputs);
    for (const { layer, inputSize } of this.#placesFor(own)) buildInside(layer, inputSize, inputs, constants);
  }

  override steps(trace: Trace, front: readonly [time: number, batch: number], inputSize: number): Steps {
    const places = this.#placesFor(inputSize).map(({ name, layer, inputSize: size }) => {
      const outputName = layer.outputIn(layer.sizesFor(size));
      return { name, outputName, own: layer.steps(trace, front, size) };
    });
    return {
      dropped: places[0]!.own.dropped,
      sequences: Object.assign({}, ...places.map(({ name, own }) => within(name, own.sequences))),
      after(x, before, others, held) {
        let seen = x;
        const next: Tensors[] = [];
        for (const [index, { name, outputName, own }] of places.entries()) {
          // The loop has done this for the lowest already.
          if (index > 0 && own.dropped) seen = mul(seen, take(own.dropped, 0, 0));
          const made = own.after(seen, inside(name, before), { ...others, ...inside(name, others) }, held);
          next.push(within(name, made));
          seen = made[outputName]!;
        }
        return Object.assign({}, ...next) as Tensors;
      },
    };
  }
}

/** The same under the names that they have outside: `lstm/h`. */
function within<T>(place: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${place}/${name}`, value]));
}

/** Those of one place under their own names: the other way round. */
function inside<T>(place: string, values: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const prefix = `${place}/`;
  const own = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

function requireLayers(layers: readonly Layer<unknown>[]): readonly RecurrentLayer[] {
  if (!Array.isArray(layers) || layers.length === 0) {
    const expected = "stacked to get a list of recurrent layers, the lowest first";
    throw new OptionError(explain({ expected, got: Array.isArray(layers) ? "none" : show(layers) }));
  }
  return layers.map((layer: unknown) => {
    if (!(layer instanceof RecurrentLayer)) {
      const got = layer instanceof Layer ? (layer as Layer).title : show(layer);
      throw new OptionError(explain({ expected: "stacked to get recurrent layers", got }));
    }
    const { options } = layer.getConfig();
    const ofLoop = Object.entries(loopOptions).find(([name, { fallback }]) => options[name] !== fallback)?.[0];
    const refused = ofLoop ?? (options.activityRegularizer === undefined ? undefined : "activityRegularizer");
    if (refused === undefined) return layer;
    const expected = `layers in stacked without \`${refused}\``;
    throw new OptionError(explain({ expected, got: `it in ${layer.title}`, remedy: "give it to stacked" }));
  });
}

function byName(layers: readonly RecurrentLayer[]): Readonly<Record<string, RecurrentLayer>> {
  const taken = new Set<string>();
  for (const { name } of layers) {
    if (name === undefined) continue;
    if (taken.has(name)) {
      throw new OptionError(explain({ expected: "layers in stacked with different names", got: `two ${show(name)}` }));
    }
    taken.add(name);
  }
  const named = layers.map((layer) => {
    const name = layer.name ?? numbered(layer.kind, taken);
    taken.add(name);
    return [name, layer.copy({})] as const;
  });
  return Object.fromEntries(named);
}

/**
 * Several recurrent layers, the lowest first, as one whose step is a step of each (Keras's StackedRNNCells): what one puts
 * out is what the next one sees at the same step. It gives the numbers of the same layers one after the other and goes
 * wherever one recurrent layer does: into `bidirectional`, `dilated` and `decoder`, and into a stack.
 *
 * Its output is that of the highest; its state has all parts from the lowest layer to the highest, `lstm/h`, `lstm/c`,
 * `lstm_1/h`, … What cells take at each step beside x is an input of the stack, one for all that call it by the same name.
 *
 * ```ts
 * const layer = stacked([lstm(64, { zoneout: 0.1 }), gru(32, { dropout: 0.2 })], { returnSequences: true });
 * ```
 *
 * @param layers give cells, units, weight options, dropout and zoneout; they stay unused themselves
 */
export function stacked<const O extends StackedOptions>(
  layers: readonly Layer<unknown>[],
  options?: O,
): Layer<RecurrentOutput<O>> {
  return new StackedLayer(layers, options ?? {}) as unknown as Layer<RecurrentOutput<O>>;
}
