/** A training step that changes nothing and gives what a callback asks for. It loads when one does. */
import { explain, StateError } from "../errors.ts";
import { input, label, type Tensor } from "../graph/index.ts";
import type { Layer } from "../layers/layer.ts";
import type { Memory } from "../layers/trace.ts";
import type { Watch } from "../layers/watch.ts";
import type { Anatomy, Findings, Inspection } from "../train/anatomy.ts";
import { type BatchShapes, type ModelComputation, measure, penaltiesOn, traceNetwork } from "./computations.ts";
import type { Executor } from "./executor.ts";
import type { Feed } from "./feed.ts";
import type { Network } from "./network.ts";
import type { SegmentStates } from "./segments.ts";
import type { Training } from "./training.ts";
import { watchedPass } from "./watched-pass.ts";

/** Tells the programs of inspections apart. */
let nextId = 0;

const inspectors = new WeakMap<Training, Inspector>();

/** What is asked of the last batch that was trained on. */
export async function inspect(training: Training, build: Inspection): Promise<Findings> {
  const { last, network, executor, seed } = training;
  if (last === undefined) {
    throw new StateError(explain({ expected: "a batch that was trained on", got: "none", remedy: "train first" }));
  }
  const inspector = inspectors.get(training) ?? new Inspector(network, executor, training);
  inspectors.set(training, inspector);
  return await inspector.inspect(build, last.feed, last.step, seed, last.states);
}

/** Looks into the steps of one training. */
class Inspector {
  readonly #network: Network;
  readonly #executor: Executor;
  readonly #training: Training;
  readonly #known = new WeakMap<Inspection, { readonly id: number; names: readonly string[] }>();

  constructor(network: Network, executor: Executor, training: Training) {
    this.#network = network;
    this.#executor = executor;
    this.#training = training;
  }

  /**
   * @param step updates made before this batch
   * @param states where the batch is a segment of rows, what goes on from segment to segment
   */
  async inspect(
    build: Inspection,
    feed: Feed,
    step: number,
    seed: number,
    states: SegmentStates | undefined,
  ): Promise<Findings> {
    const known = this.#known.get(build) ?? { id: nextId++, names: [] };
    this.#known.set(build, known);
    const make = async () => {
      const made = await this.#computation(feed.shapes, build, states?.memory());
      known.names = made.names;
      return made;
    };
    const program = `inspect ${known.id} ${JSON.stringify(feed.shapes)}`;
    const variables = [...this.#training.balance.map(({ variable }) => variable), ...(states?.variables ?? [])];
    const run = async () =>
      await this.#executor.run(program, feed.rows, make, variables, ({ key }) => [
        ...feed.numbers,
        ...(key ? [Int32Array.of(seed, step)] : []),
        [step + 1],
      ]);
    const results = await (states ? states.asBefore(run) : run());
    return Object.fromEntries(known.names.map((name, i) => [name, results[i]!]));
  }

  async #computation(
    shapes: BatchShapes,
    build: Inspection,
    memory: Memory | undefined,
  ): Promise<ModelComputation & { readonly names: readonly string[] }> {
    const { parameters, objective, balance } = this.#training;
    const network = this.#network;
    const names = namesOf(network);
    const uses: Anatomy["uses"][number][] = [];
    const states: Anatomy["states"][number][] = [];
    const watch: Watch = {
      used: (layer, inputs, outputs) => uses.push({ layer: names.get(layer)!, inputs, outputs }),
      pass: (layer, ...pass) =>
        watchedPass(...pass, (state) => states.push({ layer: names.get(layer) ?? layer.title, ...state })),
    };
    const step = input("step", []);
    const penalties = penaltiesOn(parameters);
    const penalize = (penalty: Tensor) => penalties.push(penalty);
    const { inputs, values, key } = traceNetwork(network, shapes, { training: true, step, penalize, watch, memory });
    const variables = balance.map(({ variable }) => variable);
    const measured = await measure(values, objective, variables, penalties, shapes);
    const asked = build({
      loss: measured.loss,
      inputs: network.inputs.map(({ name }, i) => ({ name, tensor: inputs[i]! })),
      tasks: measured.tasks.map(({ output, target, prediction, loss }) => ({ output, target, prediction, loss })),
      weights: parameters.map(({ path, variable }) => {
        return { name: path, layer: path.slice(0, path.indexOf("/")), tensor: variable };
      }),
      uses,
      states,
    });
    const random = key();
    return {
      names: Object.keys(asked),
      inputs: [...inputs, ...measured.inputs, ...(random ? [random] : []), step],
      outputs: Object.entries(asked).map(([name, tensor]) => label(tensor, name)),
      updates: [],
      run: { key: random, step },
    };
  }
}

/** The names of layers in the model, of those inside others too: `bidirectional/forward`. */
function namesOf(network: Network): ReadonlyMap<Layer<unknown>, string> {
  const names = new Map<Layer<unknown>, string>();
  const visit = (layer: Layer<unknown>, name: string) => {
    names.set(layer, name);
    for (const [part, child] of Object.entries(layer.children)) visit(child, `${name}/${part}`);
  };
  for (const { name, layer } of network.layers) visit(layer, name);
  return names;
}
