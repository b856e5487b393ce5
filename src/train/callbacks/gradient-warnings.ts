/** Vanishing and exploding gradients in words. */
import type { GradientReport } from "./gradient-statistics.ts";

/** A gradient that many times shorter or longer at one end of a sequence than at its best has vanished or exploded. */
const OVER_TIME = 1000;
/** A layer whose gradient, by the size of its weights, is that many times shorter than another's hardly learns. */
const OVER_LAYERS = 1e5;
/** A gradient that many times as long as the weights destroys them at usual learning rates. */
const OVER_WEIGHTS = 100;

export function warningsOf({ layers, states }: Omit<GradientReport, "warnings">): readonly string[] {
  return [...layerWarnings(layers), ...states.flatMap(stateWarnings)];
}

function layerWarnings(layers: GradientReport["layers"]): string[] {
  const share = (layer: (typeof layers)[number]) => layer.gradientNorm / Math.max(layer.weightNorm, 1e-3);
  const finite = layers.filter((layer) => Number.isFinite(layer.gradientNorm));
  const most = finite.reduce((best, layer) => (share(layer) > share(best) ? layer : best), finite[0]!);
  return layers.flatMap((layer) => {
    const { layer: name, gradientNorm, weightNorm } = layer;
    if (!Number.isFinite(gradientNorm))
      return [`The gradient of ${name} is ${gradientNorm}: no update can come of it.`];
    if (share(layer) > OVER_WEIGHTS) {
      const size = `${show(gradientNorm)}, its weights ${show(weightNorm)}`;
      return [
        `The gradient of ${name} explodes (it has length ${size}): clip it with globalClipNorm, or scale the data.`,
      ];
    }
    if (share(layer) * OVER_LAYERS >= share(most)) return [];
    const than = `${show(share(layer))} of the weights' length, against ${show(share(most))} in ${most.layer}`;
    return [`The gradient of ${name} vanishes (${than}): the layer hardly learns.`];
  });
}

function stateWarnings({ layer, part, gradientNorms, reverse }: GradientReport["states"][number]): string[] {
  // In the order in which the gradient goes back through time; steps that nothing depends on, padding say, have none.
  const steps = gradientNorms.map((norm, step) => ({ norm, step })).filter(({ norm }) => norm !== 0);
  const back = reverse ? steps : steps.reverse();
  const where = `The gradient of ${part} in ${layer}`;
  const broken = back.find(({ norm }) => !Number.isFinite(norm));
  if (broken !== undefined) return [`${where} is ${broken.norm} from step ${broken.step} back in time.`];
  if (back.length < 3) return [];
  const [start, end] = [back[0]!, back.at(-1)!];
  const most = back.reduce((best, one) => (one.norm > best.norm ? one : best));
  const change = `from ${show(most.norm)} at step ${most.step} to ${show(end.norm)} at step ${end.step}`;
  if (end.norm * OVER_TIME < most.norm) {
    const remedy = "try a cell with gates, orthogonal recurrent weights, or shorter sequences";
    return [`${where} vanishes back in time, ${change}: what lies far back is hardly learned from; ${remedy}.`];
  }
  if (most.norm > start.norm * OVER_TIME) {
    const growth = `from ${show(start.norm)} at step ${start.step} to ${show(most.norm)} at step ${most.step}`;
    return [
      `${where} explodes back in time, ${growth}: clip it with globalClipNorm, or begin with smaller recurrent weights.`,
    ];
  }
  return [];
}

function show(x: number): string {
  return x.toPrecision(2);
}
