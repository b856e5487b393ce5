/**
 * What a cell is: the equation of one step of time. It never loops; `recurrent` takes it through a sequence, and the
 * compiler makes it fast. The cells of this library and those of its users are made here alike.
 */
import type { Tensor } from "../graph/index.ts";
import type { Bound, Option, OptionTable } from "./option.ts";
import type { WeightSpecs, WeightTensors } from "./weight.ts";

/** Sizes of the parts of a state by name, for one row. The first is the output of the cell. */
export type StateSizes = Readonly<Record<string, number>>;

/** The parts of a state, [batch, size] each. */
export type StateTensors<S extends StateSizes> = { readonly [K in keyof S]: Tensor };

/** Sizes by name of what a step gets, for one row; `undefined` for what the options switch off. */
export type StepSizes = Readonly<Record<string, number | undefined>>;

/** What a step gets by the same names, [batch, size] each. */
export type StepTensors<X extends StepSizes> = {
  readonly [K in keyof X]: undefined extends X[K] ? Tensor | undefined : Tensor;
};

/** Shapes by name of what a step gets whole, for one row; `null` for any number of steps or features. */
export type ConstantShapes = Readonly<Record<string, readonly (number | null)[]>>;

/** A constant, the same at every step, [batch, ...shape]; what its mask hides is zeros. */
export interface Constant {
  readonly tensor: Tensor;
  /** Which of its steps count, [batch, steps]: 1 where they do. Absent when all do, or when it has none. */
  readonly mask?: Tensor | undefined;
}

export interface StepTools {
  /**
   * A part of the state as the recurrent product is to see it: with `recurrentDropout` while training, as it is
   * otherwise. The same units are dropped at every step (Gal & Ghahramani 2016).
   */
  drop(state: Tensor): Tensor;
}

export interface CellDefinition<
  T extends OptionTable,
  W extends WeightSpecs,
  S extends StateSizes,
  X extends StepSizes = Record<never, number>,
  N extends StepSizes = Record<never, number>,
  K extends ConstantShapes = Record<never, readonly number[]>,
> {
  /** Its word everywhere: in configurations, file names and the command line. */
  readonly name: string;
  /** Where its equations come from: authors, year, title. */
  readonly source?: string;
  /** Blocks of the kernels' columns, in order, as `step` labels them. */
  readonly gates?: readonly string[];
  readonly options: T;
  /**
   * What it gets at each step beside x, by name: time gaps, say, of size 1. They are further inputs of the layer, each a
   * sequence [time, size], or a constant [size] that is the same at every step. @default nothing
   */
  inputs?(inputSize: number, units: number, options: Bound<T>): X;
  /**
   * What it gets whole, the same at every step, by name: the steps of another sequence, say, `{ memory: [null, 16] }`. They
   * are inputs of the layer after those of `inputs`, of any rank, and come with their masks. @default nothing
   */
  constants?(inputSize: number, units: number, options: Bound<T>): K;
  /** Standard normal numbers, new for each row and step of a training and zeros otherwise. @default none */
  noise?(inputSize: number, units: number, options: Bound<T>): N;
  /** Weights for inputs of `inputSize` features. */
  weights(inputSize: number, units: number, options: Bound<T>): W;
  state(units: number, options: Bound<T>, inputSize: number): S;
  /** The state after one step, from x [batch, inputSize], the state before, and what else it gets, [batch, size] each. */
  step(
    weights: WeightTensors<W>,
    x: Tensor,
    state: StateTensors<S>,
    options: Bound<T> & StepTools,
    further: StepTensors<X> & StepTensors<N> & { readonly [C in keyof K]: Constant },
  ): { readonly [K in keyof S]: Tensor };
}

/** A cell whose particular weights, state and options are not known. */
export interface Cell<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly source: string | undefined;
  readonly gates: readonly string[];
  readonly options: T;
  inputs(inputSize: number, units: number, options: Bound<T>): StepSizes;
  constants(inputSize: number, units: number, options: Bound<T>): ConstantShapes;
  noise(inputSize: number, units: number, options: Bound<T>): StepSizes;
  weights(inputSize: number, units: number, options: Bound<T>): WeightSpecs;
  state(units: number, options: Bound<T>, inputSize: number): StateSizes;
  step(
    weights: Readonly<Record<string, Tensor | undefined>>,
    x: Tensor,
    state: Readonly<Record<string, Tensor>>,
    options: Bound<T> & StepTools,
    further: Readonly<Record<string, Tensor | Constant | undefined>>,
  ): Readonly<Record<string, Tensor>>;
}

/** Makes a cell of this library, as `defineCell` makes those of its users. */
export function libraryCell<
  const W extends WeightSpecs,
  const S extends StateSizes,
  T extends OptionTable = Record<never, Option<unknown>>,
  const X extends StepSizes = Record<never, number>,
  const N extends StepSizes = Record<never, number>,
  const K extends ConstantShapes = Record<never, readonly number[]>,
>(definition: Omit<CellDefinition<T, W, S, X, N, K>, "options"> & { readonly options?: T }): Cell<T> {
  const none = () => ({});
  const cell = { source: undefined, gates: [], options: {}, inputs: none, constants: none, noise: none, ...definition };
  return cell as unknown as Cell<T>;
}
