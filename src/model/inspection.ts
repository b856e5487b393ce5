/** A training step that changes nothing and gives what a callback asks for. It loads when one does. */
import { input, label, type Tensor } from "../graph/index.ts";
import type { Layer } from "../layers/layer.ts";
import type { Watch } from "../layers/watch.ts";
import type { Anatomy, Inspection } from "../train/anatomy.ts";
import type { BatchShapes, ModelComputation, Parameter, Trained } from "./computations.ts";
import { measure, penaltiesOn, traceNetwork } from "./computations.ts";
import type { Network } from "./network.ts";
import type { Objective } from "./objective.ts";

export interface InspectionComputation extends ModelComputation {
  readonly names: readonly string[];
}

export function inspectionOf(
  network: Network,
  objective: Objective,
  {
    parameters,
    balance,
  }: {
    readonly parameters: readonly (Parameter & { readonly path: string })[];
    readonly balance: Trained["balance"];
  },
  shapes: BatchShapes,
  build: Inspection,
): InspectionComputation {
  const names = namesOf(network);
  const uses: Anatomy["uses"][number][] = [];
  const states: Anatomy["states"][number][] = [];
  const watch: Watch = {
    used: (layer, inputs, outputs) => uses.push({ layer: names.get(layer)!, inputs, outputs }),
    state: (layer, state) => states.push({ layer: names.get(layer) ?? layer.title, ...state }),
  };
  const step = input("step", []);
  const penalties = penaltiesOn(parameters);
  const penalize = (penalty: Tensor) => penalties.push(penalty);
  const { inputs, values, key } = traceNetwork(network, shapes, { training: true, step, penalize, watch });
  const measured = measure(values, objective, balance, penalties, shapes);
  const asked = build({
    loss: measured.loss,
    inputs: network.inputs.map(({ name }, i) => ({ name, tensor: inputs[i]! })),
    tasks: measured.tasks.map(({ output, loss }, i) => {
      return { output, target: measured.targets[i]!, prediction: values[i]!.tensor, loss };
    }),
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
