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

export interface StepTools {
  /**
   * A part of the state as the recurrent product is to see it: with `recurrentDropout` while training, as it is
   * otherwise. The same units are dropped at every step (Gal & Ghahramani 2016).
   */
  drop(state: Tensor): Tensor;
}

export interface CellDefinition<T extends OptionTable, W extends WeightSpecs, S extends StateSizes> {
  /** Its word everywhere: in configurations, file names and the command line. */
  readonly name: string;
  /** Blocks of the kernels' columns, in order, as `step` labels them. */
  readonly gates?: readonly string[];
  readonly options: T;
  /** Weights for inputs of `inputSize` features. */
  weights(inputSize: number, units: number, options: Bound<T>): W;
  state(units: number, options: Bound<T>): S;
  /** The state after one step, from x [batch, inputSize] and the state before. */
  step(
    weights: WeightTensors<W>,
    x: Tensor,
    state: StateTensors<S>,
    options: Bound<T> & StepTools,
  ): { readonly [K in keyof S]: Tensor };
}

/** A cell whose particular weights, state and options are not known. */
export interface Cell<T extends OptionTable = OptionTable> {
  readonly name: string;
  readonly gates: readonly string[];
  readonly options: T;
  weights(inputSize: number, units: number, options: Bound<T>): WeightSpecs;
  state(units: number, options: Bound<T>): StateSizes;
  step(
    weights: Readonly<Record<string, Tensor | undefined>>,
    x: Tensor,
    state: Readonly<Record<string, Tensor>>,
    options: Bound<T> & StepTools,
  ): Readonly<Record<string, Tensor>>;
}

/**
 * Makes a cell from its equation.
 *
 * ```ts
 * const leaky = defineCell({
 *   name: "leaky",
 *   options: { leak: number(0.5) },
 *   weights: (inputSize, units) => ({ kernel: { shape: [inputSize, units], initializer: "glorotUniform" } }),
 *   state: (units) => ({ h: units }),
 *   step: ({ kernel }, x, { h }, { leak }) => ({ h: add(mul(1 - leak, h), mul(leak, tanh(matmul(x, kernel)))) }),
 * });
 * ```
 */
export function defineCell<
  const W extends WeightSpecs,
  const S extends StateSizes,
  T extends OptionTable = Record<never, Option<unknown>>,
>(definition: Omit<CellDefinition<T, W, S>, "options"> & { readonly options?: T }): Cell<T> {
  const { gates = [], options = {} as T } = definition;
  return { ...definition, gates, options } as unknown as Cell<T>;
}
