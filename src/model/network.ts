/** The graph of layers between the inputs and the outputs of a model. */
import { explain, OptionError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import type { Layer, Weight } from "../layers/layer.ts";
import { clean } from "../layers/mask.ts";
import { numbered } from "../layers/numbered.ts";
import { type Application, SymbolicTensor } from "../layers/symbolic.ts";
import type { Trace } from "../layers/trace.ts";
import type { Value } from "../layers/value.ts";
import type { Head, JointLoss, LossWeights, Measure, ResolveBalance } from "./objective.ts";

/** One symbolic tensor, a list of them, or several by name. */
export type Ends = SymbolicTensor | readonly SymbolicTensor[] | Readonly<Record<string, SymbolicTensor>>;

/** An input or output under its name. */
export interface End {
  readonly name: string;
  readonly symbol: SymbolicTensor;
}

export interface NamedLayer {
  readonly name: string;
  readonly layer: Layer<unknown>;
}

/** A weight under its full name, `lstm_1/kernel`. */
export interface NamedWeight extends Weight {
  readonly path: string;
}

/** What a network with named outputs is trained with, besides what one with a single output is. */
export interface SeveralOutputs {
  jointLoss(network: Network, given: LossWeights, resolve: ResolveBalance): JointLoss;
  /** What is measured of the joint loss, by history key. */
  measuresOf(heads: readonly Head[], joint: JointLoss): readonly (readonly [string, Measure])[];
}

/** What it is made from must fit: `joined` checks what users give. */
export class Network {
  readonly inputs: readonly End[];
  readonly outputs: readonly End[];
  /** Whether there is one input (output) that goes without a name, as opposed to a list or record. */
  readonly singleInput: boolean;
  readonly singleOutput: boolean;
  readonly several: SeveralOutputs | undefined;
  /** Each layer once, in the order of its first use. */
  readonly layers: readonly NamedLayer[];
  /** Uses of layers, each after those it depends on. */
  readonly applications: readonly Application[];

  /** @param several for outputs that have names */
  constructor(inputs: Ends, outputs: Ends, several?: SeveralOutputs) {
    this.several = several;
    this.singleInput = inputs instanceof SymbolicTensor;
    this.singleOutput = outputs instanceof SymbolicTensor;
    this.applications = applicationsOf(symbolsOf(outputs));
    this.layers = nameLayers(this.applications);
    const nameOf = (layer: Layer<unknown>) => this.layers.find((named) => named.layer === layer)!.name;
    this.inputs = nameEnds(inputs, (symbol) => symbol.name ?? "input");
    this.outputs = nameEnds(outputs, ({ application }) => (application ? nameOf(application.layer) : "output"));
  }

  /** All weights in the order of layers, each layer's in its own order: that of Keras. */
  get weights(): readonly NamedWeight[] {
    return this.layers.flatMap(({ name, layer }) =>
      layer.weights.map((weight) => ({ ...weight, path: `${name}/${weight.name}` })),
    );
  }

  /** Variables that keep the state of `batch` rows, by full name. */
  stateVariables(batch: number): ReadonlyMap<string, Tensor> {
    return new Map(
      this.layers.flatMap(({ name, layer }) =>
        Object.entries(layer.stateVariables(batch)).map(([part, state]) => [`${name}/${part}`, state] as const),
      ),
    );
  }

  /** Whether a layer keeps its state from batch to batch. */
  get isStateful(): boolean {
    return this.stateVariables(1).size > 0;
  }

  /** Gets code that its layers ask for, before the first trace. */
  async load(): Promise<void> {
    await Promise.all(this.layers.map(({ layer }) => layer.load()));
  }

  /**
   * Traces all layers once: values of the outputs from tensors [batch, ...] for the inputs.
   *
   * @param masks [batch, time] of the inputs that have one, which are zeros where the mask is 0
   */
  trace(inputs: readonly Tensor[], trace: Trace, masks: readonly (Tensor | undefined)[] = []): readonly Value[] {
    const values = new Map<SymbolicTensor, Value>();
    for (const [index, { symbol }] of this.inputs.entries())
      values.set(symbol, { tensor: inputs[index]!, ...(masks[index] && { mask: masks[index] }) });
    this.follow(values, trace, this.applications);
    return this.outputs.map(({ symbol }) => values.get(symbol)!);
  }

  /** Traces some uses of layers, in order, from the values that they need; adds those that they make. */
  follow(values: Map<SymbolicTensor, Value>, trace: Trace, applications: readonly Application[]): void {
    for (const { layer, inputs: from, initialState, mask, outputs } of applications) {
      const given = from.map((symbol) => values.get(symbol)!);
      if (mask !== undefined) {
        const masked = { tensor: given[0]!.tensor, mask: values.get(mask)!.tensor };
        // What an explicit mask hides may be anything; from here on it is zeros.
        given[0] = { ...masked, tensor: clean(masked) };
      }
      const state = initialState.map((symbol) => values.get(symbol)!.tensor);
      const made = layer.call(given, trace, state);
      layer.penalize(made, trace);
      trace.watch?.used(layer, given, made);
      for (const [index, symbol] of outputs.entries()) values.set(symbol, made[index]!);
    }
  }

  /** Layers that an input goes into directly. */
  consumers(input: SymbolicTensor): readonly Layer<unknown>[] {
    return this.applications.filter(({ inputs }) => inputs.includes(input)).map(({ layer }) => layer);
  }
}

function symbolsOf(ends: Ends): readonly SymbolicTensor[] {
  return ends instanceof SymbolicTensor ? [ends] : Object.values(ends);
}

export function sourcesOf({ inputs, initialState, mask }: Application): readonly SymbolicTensor[] {
  return [...inputs, ...initialState, ...(mask ? [mask] : [])];
}

function applicationsOf(outputs: readonly SymbolicTensor[]): readonly Application[] {
  const ordered = new Set<Application>();
  const visit = (symbol: SymbolicTensor) => {
    const { application } = symbol;
    if (application === undefined || ordered.has(application)) return;
    for (const source of sourcesOf(application)) visit(source);
    ordered.add(application);
  };
  for (const output of outputs) visit(output);
  return [...ordered];
}

function nameLayers(applications: readonly Application[]): readonly NamedLayer[] {
  const layers = [...new Set(applications.map(({ layer }) => layer))];
  const taken = new Set<string>();
  for (const { name } of layers) {
    if (name === undefined) continue;
    if (taken.has(name))
      throw new OptionError(explain({ expected: "layers with different names", got: `two ${show(name)}` }));
    taken.add(name);
  }
  return layers.map((layer) => {
    const name = layer.name ?? numbered(layer.kind, taken);
    taken.add(name);
    return { name, layer };
  });
}

function nameEnds(ends: Ends, nameOf: (symbol: SymbolicTensor) => string): readonly End[] {
  const isList = ends instanceof SymbolicTensor || Array.isArray(ends);
  if (!isList) return Object.entries(ends).map(([name, symbol]) => ({ name, symbol }));
  const taken = new Set<string>();
  return symbolsOf(ends).map((symbol) => {
    const name = numbered(nameOf(symbol), taken);
    taken.add(name);
    return { name, symbol };
  });
}
