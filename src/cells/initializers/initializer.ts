/** What an initializer is: how the first numbers of a weight are drawn. One initializer, one file. */
import { requireNumber } from "../../errors.ts";
import { type Shape, sizeOf } from "../../graph/tensor.ts";
import type { RandomStream } from "./random-stream.ts";

/** Draws the numbers of a weight, row-major. */
export type Generate = (shape: Shape, random: RandomStream) => Float64Array;

type Choices = Readonly<Record<string, readonly string[]>>;

export interface InitializerDefinition<
  O extends Record<string, number> = Record<string, number>,
  C extends Choices = Choices,
> {
  readonly name: string;
  /** Its options that are numbers, with their defaults. */
  readonly options: O;
  /** Its options that are words: those to choose from, the default first. @default none */
  readonly choices?: C;
  /** Throws an `OptionError` for numbers that make no sense: numbers are drawn long after they were asked for. */
  check?(options: O): void;
  generate(
    shape: Shape,
    random: RandomStream,
    options: O,
    words: { readonly [K in keyof C]: C[K][number] },
  ): Float64Array;
}

export function defineInitializer<
  const N extends string,
  O extends Record<string, number>,
  const C extends Choices = Record<never, readonly string[]>,
>(definition: InitializerDefinition<O, C> & { readonly name: N }) {
  return definition as InitializerDefinition<O, C> & { readonly name: N; readonly choices: C };
}

/** `size` numbers, one call of `next` each. */
export function draw(shape: Shape, next: () => number): Float64Array {
  const numbers = new Float64Array(sizeOf(shape));
  for (let index = 0; index < numbers.length; index++) numbers[index] = next();
  return numbers;
}

/**
 * How many numbers enter and leave one unit: [in, out] for a matrix; for a convolution [...window, in, out] both times
 * the window's size.
 */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  const out = shape.at(-1) ?? 1;
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * (shape.at(-2) ?? out), fanOut: window * out };
}

/** Throws an `OptionError` unless the standard deviation or half-width `value` is positive. */
export function requireSpread(name: string, value: number): void {
  requireNumber(name, value, "above 0", (x) => x > 0);
}
