/** Networks that can be compared: the only list. Each has one size that makes it larger. */
import {
  conv1d,
  dense,
  globalAveragePooling1d,
  gru,
  type Layer,
  lstm,
  type Model,
  positionalEncoding,
  sequential,
  simpleRnn,
  tcn,
  transformerEncoderBlock,
} from "../../index.ts";

/** What networks get and give: windows [window, features], and a value for each step of the horizon. */
export interface Task {
  readonly window: number;
  readonly features: number;
  readonly horizon: number;
}

type Layers = (size: number, task: Task) => Layer[];

const HEADS = 2;

/** Dilations 1, 2, 4, … until two convolutions of three steps in each block see the whole window. */
function dilationsFor(window: number): number[] {
  const dilations = [1];
  while (1 + 4 * dilations.reduce((sum, rate) => sum + rate, 0) < window) dilations.push(2 * dilations.at(-1)!);
  return dilations;
}

const inputShape = ({ window, features }: Task) => ({ inputShape: [window, features] }) as const;

const table = {
  simpleRnn: (size, task) => [simpleRnn(size, inputShape(task))],
  lstm: (size, task) => [lstm(size, inputShape(task))],
  gru: (size, task) => [gru(size, inputShape(task))],
  conv1d: (size, task) => [
    conv1d(size, 3, { padding: "causal", activation: "relu", ...inputShape(task) }),
    conv1d(size, 3, { padding: "causal", dilationRate: 3, activation: "relu" }),
    globalAveragePooling1d(),
  ],
  tcn: (size, task) => [tcn(size, { dilations: dilationsFor(task.window), ...inputShape(task) })],
  transformer: (size, task) => [
    dense(HEADS * size, inputShape(task)),
    positionalEncoding(),
    transformerEncoderBlock(HEADS, size, { intermediateDim: 2 * HEADS * size, normalizeFirst: true }),
    globalAveragePooling1d(),
  ],
} satisfies Record<string, Layers>;

export type ArchitectureName = keyof typeof table;
export const architectureNames = Object.keys(table) as readonly ArchitectureName[];

/** A network of this architecture that begins by giving zeros. */
export function networkOf(name: ArchitectureName, size: number, task: Task): Model {
  return sequential([...table[name](size, task), dense(task.horizon, { kernelInitializer: "zeros" })]);
}

export function countParameters(model: Model): number {
  return model.layers.reduce(
    (total, { layer }) => layer.weights.reduce((sum, { variable }) => sum + variable.size, total),
    0,
  );
}

/** The size with which a network of this architecture has nearest to so many parameters. */
export function sizeFor(name: ArchitectureName, parameters: number, task: Task): number {
  const count = (size: number) => countParameters(networkOf(name, size, task));
  let above = 1;
  while (count(above) < parameters) above *= 2;
  let below = Math.max(1, above / 2);
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (count(middle) < parameters) below = middle;
    else above = middle;
  }
  return Math.abs(count(below) - parameters) <= Math.abs(count(above) - parameters) ? below : above;
}
