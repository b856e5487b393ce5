/** Gradients as users can have them: from one update of a model. */
import { type EngineName, type LossLike, type Model, sgd } from "rondo";

/**
 * An update subtracts so many times the gradient. Large, so that float32 loses little of the gradient where the weight
 * that it is subtracted from is larger; a power of two, so that nothing else is lost.
 */
const RATE = 1024;

export function compileForGradients(net: Model, loss: LossLike, engine: EngineName): void {
  net.compile({ loss, optimizer: sgd({ learningRate: RATE }), engine });
}

/** The loss of one batch, and its gradient by each weight; the weights stay as they were. */
export async function lossAndGradients(net: Model, ...batch: Parameters<Model["trainOnBatch"]>) {
  const before = net.getWeights();
  const { loss } = await net.trainOnBatch(...batch);
  const after = net.getWeights();
  net.setWeights(before);
  const gradients = before.map(({ data }, i) => Float64Array.from(data, (x, k) => (x - after[i]!.data[k]!) / RATE));
  return { loss: loss!, gradients };
}
