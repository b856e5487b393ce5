import type { Tensor } from "../graph/index.ts";
import {
  type BatchShapes,
  type ModelComputation,
  measure,
  penaltiesOn,
  type Trained,
  traceNetwork,
} from "./computations.ts";
import type { Network } from "./network.ts";
import type { Objective } from "./objective.ts";

/** The loss as a scalar and the sums of each measure. */
export async function evaluationOf(
  network: Network,
  objective: Objective,
  { parameters, balance }: Omit<Trained, "optimizerState">,
  shapes: BatchShapes,
): Promise<ModelComputation> {
  const penalties = penaltiesOn(parameters);
  const penalize = (penalty: Tensor) => penalties.push(penalty);
  const { inputs, values, updates } = traceNetwork(network, shapes, { training: false, penalize });
  const measured = await measure(values, objective, balance, penalties, shapes);
  return {
    inputs: [...inputs, ...measured.inputs],
    outputs: [measured.loss, ...measured.sums],
    updates,
    run: { key: undefined },
  };
}
