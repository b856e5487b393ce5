import { explain, OptionError, show } from "../errors.ts";
import type { Tensor } from "../graph/index.ts";
import { type Network, sourcesOf } from "./network.ts";

/**
 * The trainable weights of the layer of that name; by default those of the last layer that all outputs depend on.
 *
 * @param owner what needs them, for messages
 */
export function sharedWeights(network: Network, owner: string, name: string | undefined): readonly Tensor[] {
  const trainable = (layer: (typeof network.layers)[number]["layer"]) =>
    layer.weights.filter((weight) => weight.trainable).map(({ variable }) => variable);
  const all = network.outputs.map(({ symbol }) => new Set(layersBefore(symbol)));
  const shared = network.applications
    .map(({ layer }) => layer)
    .filter((layer) => trainable(layer).length > 0 && all.every((layers) => layers.has(layer)));
  const named = network.layers.find((layer) => layer.name === name)?.layer;
  const found = name === undefined ? shared.at(-1) : shared.find((layer) => layer === named);
  if (found !== undefined) return trainable(found);
  const expected = `\`layer\` of ${owner}() to be a layer with trainable weights that all outputs depend on`;
  const names = network.layers.filter(({ layer }) => shared.includes(layer)).map((layer) => layer.name);
  const remedy = names.length === 0 ? "this model has none" : `choose among ${names.join(", ")}`;
  throw new OptionError(explain({ expected, got: name === undefined ? "none" : show(name), remedy }));
}

/** Layers that a symbolic tensor depends on. */
function layersBefore(symbol: (typeof Network.prototype.outputs)[number]["symbol"]) {
  const seen = new Set<NonNullable<typeof symbol.application>>();
  const pending = [symbol];
  while (pending.length > 0) {
    const { application } = pending.pop()!;
    if (application === undefined || seen.has(application)) continue;
    seen.add(application);
    pending.push(...sourcesOf(application));
  }
  return [...seen].map(({ layer }) => layer);
}
