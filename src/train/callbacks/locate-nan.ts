import { abs, gradients, lessEqual, reshape, select, sub, sum, type Tensor } from "../../graph/index.ts";
import type { Anatomy, Findings, Flow } from "../anatomy.ts";
import type { Callback } from "./callback.ts";

/** How many numbers of x are NaN or infinite: no float32 is larger than that. */
function brokenIn(x: Tensor): Tensor {
  return sub(1, lessEqual(abs(x), 3.4028234e38));
}

/** The same, step by step where there are steps: [time], else [1]. Masked steps may hold anything. */
function brokenBySteps({ tensor, mask }: Flow): Tensor {
  const broken = brokenIn(tensor);
  const fitted = mask && reshape(mask, [...mask.shape, ...tensor.shape.slice(mask.rank).map(() => 1)]);
  const counted = fitted === undefined ? broken : select(fitted, broken, 0);
  const axes = tensor.shape.map((_, axis) => axis).filter((axis) => axis !== 1 || tensor.rank < 3);
  return reshape(sum(counted, { axes }), [-1]);
}

/**
 * Stops training as soon as a loss or a gradient is not finite, and says where that began: in the data, in the output of
 * which layer from which step of time on, in the loss, or in the gradient on its way back. The update is left out, so that
 * the model keeps its last finite weights. Steps of time count from 0.
 */
export function locateNaN(): Callback {
  let seen: Anatomy | undefined;
  const inspection = (anatomy: Anatomy): Record<string, Tensor> => {
    seen = anatomy;
    const { loss, inputs, tasks, uses, states, weights } = anatomy;
    const isFloat = ({ tensor }: Flow) => tensor.dtype === "float32";
    const wanted = [...weights.map(({ tensor }) => tensor), ...states.map(({ nudges }) => nudges)];
    const slopes = gradients(loss, wanted);
    const found: Record<string, Tensor> = { loss: reshape(brokenIn(loss), [1]) };
    for (const [i, input] of inputs.entries()) if (isFloat(input)) found[`input ${i}`] = brokenBySteps(input);
    for (const [i, { target, loss: own }] of tasks.entries()) {
      if (target.dtype === "float32") found[`target ${i}`] = brokenBySteps({ tensor: target });
      found[`task ${i}`] = reshape(brokenIn(own), [1]);
    }
    for (const [i, { outputs }] of uses.entries()) {
      for (const [k, output] of outputs.entries()) if (isFloat(output)) found[`use ${i} ${k}`] = brokenBySteps(output);
    }
    const stepsOf = (x: Tensor) => sum(brokenIn(x), { axes: x.shape.map((_, axis) => axis).slice(1) });
    for (const [i, { values }] of states.entries()) {
      found[`state ${i}`] = stepsOf(values);
      found[`state slope ${i}`] = stepsOf(slopes[weights.length + i]!);
    }
    for (const [i] of weights.entries()) found[`weight slope ${i}`] = reshape(sum(brokenIn(slopes[i]!)), [1]);
    return found;
  };
  return {
    name: "locateNaN",
    guardsWeights: true,
    async onBatchEnd({ finite, batchLoss, epoch, batch }, control) {
      if (finite !== false) return;
      const found = await control.inspect(inspection);
      const what = Number.isFinite(batchLoss) ? "a gradient is not finite" : `the loss is ${batchLoss}`;
      control.stop(`${what} in epoch ${epoch}, batch ${batch}: ${whereIn(seen!, found)}`);
    },
  };
}

/** Where numbers first stopped being finite, in words. */
function whereIn({ inputs, tasks, uses, states, weights }: Anatomy, found: Findings): string {
  const steps = (name: string) => Array.from(found[name]?.data ?? []);
  const isBroken = (name: string) => steps(name).some((count) => count > 0);
  const causeOf = (flows: readonly Flow[]) => {
    const fed = inputs.filter(
      ({ tensor }, i) => isBroken(`input ${i}`) && flows.some((flow) => flow.tensor === tensor),
    );
    if (fed.length === 0) return "; what came into it is finite";
    return `; there is NaN or infinity in the data of ${fed.map(({ name }) => name).join(" and ")}`;
  };

  for (const [i, { layer, inputs: flows, outputs }] of uses.entries()) {
    const cause = causeOf(flows);
    // The state of a recurrent layer shows the step, also where its output is the last step's alone.
    const inside = states.findIndex((own, k) => ofLayer(own.layer, layer) && isBroken(`state ${k}`));
    const broken = outputs.findIndex((_, k) => isBroken(`use ${i} ${k}`));
    if (inside >= 0) {
      const { layer: owner, part, reverse } = states[inside]!;
      const at = firstOf(steps(`state ${inside}`), reverse);
      return `it began in the state ${part} of ${owner} at step ${at}${cause}`;
    }
    if (broken < 0) continue;
    const counts = steps(`use ${i} ${broken}`);
    const at = counts.length > 1 ? ` at step ${firstOf(counts, false)}` : "";
    return `it began in the output of ${layer}${at}${cause}`;
  }
  for (const [i, { output }] of tasks.entries()) {
    if (!isBroken(`task ${i}`)) continue;
    if (!isBroken(`target ${i}`)) return `it began in the loss of ${output}, whose prediction and target are finite`;
    const counts = steps(`target ${i}`);
    const at = counts.length > 1 ? ` at step ${firstOf(counts, false)}` : "";
    return `it began in the targets of ${output}${at}: where they are missing, compile with missingTargets: "mask"`;
  }
  if (isBroken("loss")) return "it began where the losses and penalties are added up";
  // The gradient comes from the loss: the last layers have it first.
  for (let k = states.length - 1; k >= 0; k--) {
    if (!isBroken(`state slope ${k}`)) continue;
    const { layer, part, reverse } = states[k]!;
    const at = firstOf(steps(`state slope ${k}`), !reverse);
    return `the gradient was not finite in the state ${part} of ${layer} from step ${at} back in time: clip it, or lower the learning rate`;
  }
  const last = weights.findLast((_, i) => isBroken(`weight slope ${i}`));
  if (last !== undefined) return `it began in the gradient of ${last.name}`;
  return "loss and gradients are finite: the update itself is too large; lower the learning rate";
}

/** Whether a layer is that one or inside of it. */
function ofLayer(name: string, layer: string): boolean {
  return name === layer || name.startsWith(`${layer}/`);
}

/** The first step with something broken; from the end where `reverse`. */
function firstOf(counts: readonly number[], reverse: boolean): number {
  const isBroken = (count: number) => count > 0;
  return reverse ? counts.findLastIndex(isBroken) : counts.findIndex(isBroken);
}
