/** What an initializer is: how the first numbers of a weight are drawn. One initializer, one file. */
import { requireNumber } from "../../errors.ts";
import { type Shape, sizeOf } from "../../graph/tensor.ts";
import type { RandomStream } from "./random-stream.ts";

/** Draws the numbers of a weight, row-major. */
export type Generate = (shape: Shape, random: RandomStream) => Float64Array;

export interface InitializerDefinition<O extends Record<string, number> = Record<string, number>> {
  readonly name: string;
  /** Its options, all of them numbers, with their defaults. */
  readonly options: O;
  /** Throws an `OptionError` for numbers that make no sense: numbers are drawn long after they were asked for. */
  check?(options: O): void;
  generate(shape: Shape, random: RandomStream, options: O): Float64Array;
}

export function defineInitializer<const N extends string, O extends Record<string, number>>(
  definition: InitializerDefinition<O> & { readonly name: N },
): InitializerDefinition<O> & { readonly name: N } {
  return definition;
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
