/**
 * brain.js: recurrent networks that learn to predict the next vector of one sequence at a time, by RMSprop. The nearest to a
 * workload that it can do: the same loops over as many steps, once for each row of the batch.
 */
import brain from "brain.js";
import { serve } from "./serve.js";

const loops = { lstm: brain.recurrent.LSTMTimeStep, gru: brain.recurrent.GRUTimeStep };

await serve(({ workload, mode, arrays: { x } }) => {
  const [first] = workload.layers;
  const recurrent = workload.layers.filter(({ kind }) => loops[kind]);
  const size = first.vocabulary ?? workload.features;
  const net = new loops[recurrent[0].kind]({
    inputSize: size,
    hiddenLayers: recurrent.map(({ units }) => units),
    outputSize: size,
  });
  net.initialize();

  const vector = (row, step) => {
    const place = row * workload.time + step;
    if (!first.vocabulary) return Float32Array.from(x.data.subarray(place * size, (place + 1) * size));
    return new Float32Array(size).fill(1, x.data[place], x.data[place] + 1);
  };
  const sequences = Array.from({ length: workload.batch }, (_, row) => {
    const steps = Array.from({ length: workload.time }, (_, step) => vector(row, step));
    // The target of the last step.
    return [...steps, steps[0]];
  });

  let count = 0;
  const next = () => sequences[count++ % sequences.length];
  // A network that was never trained does not run.
  net.trainPattern(next(), true);
  const step = mode === "train" ? () => net.trainPattern(next(), true) : () => void net.runArrayOfArray(next());
  return {
    note: `other work: one sequence at a time (its time x ${workload.batch}), predicts the next vector, RMSprop`,
    share: 1 / workload.batch,
    step,
  };
});
