/** What follows from the description of a network alone: weights, shapes, counts of operations. */
import { kinds } from "./kinds.js";

/** The layers of a workload, each with its kind and the size of its input. */
export function layersOf({ features, layers }) {
  let input = features;
  return layers.map((layer) => {
    const described = { ...layer, input, ...kinds[layer.kind] };
    input = described.output(layer);
    return described;
  });
}

/** All weights, layer by layer. */
export function weightsOf(workload) {
  return layersOf(workload).flatMap(({ input, weights, ...layer }) => weights(input, layer));
}

/**
 * Floating-point operations of one forward pass. A layer runs at every step until the last that gives no sequences;
 * padding does not count.
 */
export function flopsOf(workload, validSteps) {
  const { batch, time } = workload;
  let rows = time === undefined ? batch : (validSteps ?? batch * time);
  let total = 0;
  for (const { input, flops, ...layer } of layersOf(workload)) {
    total += rows * flops(input, layer);
    if (layer.kind !== "dense" && layer.kind !== "embedding" && !layer.sequences) rows = batch;
  }
  return total;
}

/** Whether the last layer gives an output for each step. */
export function givesSequences({ time, layers }) {
  const loops = layers.filter(({ kind }) => kind !== "dense" && kind !== "embedding");
  return time !== undefined && loops.every(({ sequences }) => sequences);
}
