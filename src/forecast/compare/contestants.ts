/** Which networks take part: some of ours, and those of the user's own. */
import { explain, OptionError, ShapeError, show } from "../../errors.ts";
import { Model } from "../../model/model.ts";
import { type ArchitectureName, networkOf, sizeFor, type Task } from "./architectures.ts";

/** Makes an untrained network, `[batch, window, features]` in and `[batch, horizon]` out, each time that it is called. */
export type NetworkBuilder = (task: Task) => Model;

export interface Contestant {
  readonly name: string;
  build(): Model;
}

/** What entrants without a network are called. */
export const baselineNames = ["naive", "seasonalNaive", "simpleForecast"] as const;
export type BaselineName = (typeof baselineNames)[number];

/**
 * @param parameters that each of our networks is to have; those of one's own come as they are
 * @throws ShapeError for a network of one's own that does not fit the task
 */
export async function contestants(
  names: readonly ArchitectureName[],
  networks: Readonly<Record<string, NetworkBuilder>>,
  parameters: number,
  task: Task,
): Promise<readonly Contestant[]> {
  const ours = names.map((name): Contestant => {
    const size = sizeFor(name, parameters, task);
    return { name, build: () => networkOf(name, size, task) };
  });
  const own = Object.entries(networks).map(([name, build]): Contestant => ({ name, build: () => build(task) }));
  for (const contestant of own) await requireFitting(contestant, task);
  return [...ours, ...own];
}

/** Tries a network of one's own on a window of zeros, before anything is trained. */
async function requireFitting({ name, build }: Contestant, { window, features, horizon }: Task): Promise<void> {
  const model: unknown = build();
  if (!(model instanceof Model)) {
    throw new OptionError(explain({ expected: `networks.${name} to return a model`, got: show(model) }));
  }
  const got = await shapeFrom(model, [1, window, features]);
  if (got === `[1, ${horizon}]`) return;
  const remedy = "it is called with { window, features, horizon }";
  const expected = `networks.${name} to make [1, ${horizon}] of [1, ${window}, ${features}]`;
  throw new ShapeError(explain({ expected, got, remedy }));
}

async function shapeFrom(model: Model, shape: readonly [number, number, number]): Promise<string> {
  try {
    const made: unknown = await model.predict({ data: new Float32Array(shape[0] * shape[1] * shape[2]), shape });
    return show((made as { readonly shape?: readonly number[] }).shape ?? made);
  } catch (error) {
    if (error instanceof ShapeError) return `"${error.message}"`;
    throw error;
  }
}
