/** What an initializer is: how the first numbers of a weight are drawn. One initializer, one file. */
import { explain, requireNumber, ShapeError } from "../../errors.ts";
import { type Shape, showShape, sizeOf } from "../../graph/tensor.ts";
import type { Chosen, NamedOptions } from "../named.ts";
import type { RandomStream } from "./random-stream.ts";

/** Draws the numbers of a weight, row-major. */
export type Generate = (shape: Shape, random: RandomStream) => Float64Array;

export interface InitializerDefinition<O extends NamedOptions = NamedOptions> {
  /** @default none */
  readonly options?: O;
  /** Throws an `OptionError` for numbers that make no sense: numbers are drawn long after they were asked for. */
  check?(options: Chosen<O>): void;
  generate(shape: Shape, random: RandomStream, options: Chosen<O>): Float64Array;
}

export function defineInitializer<const O extends NamedOptions = Record<never, number>>(
  definition: InitializerDefinition<O>,
) {
  return definition as InitializerDefinition<O> & { readonly options: O };
}

/** As many numbers as a weight has, one call of `next` each. */
export function draw(shape: Shape, next: (index: number) => number): Float64Array {
  const numbers = new Float64Array(sizeOf(shape));
  for (let index = 0; index < numbers.length; index++) numbers[index] = next(index);
  return numbers;
}

/** The check that the standard deviation or half-width of that name is positive. */
export function positive<K extends string>(name: K) {
  return (options: { readonly [_ in K]: number }): void => requireNumber(name, options[name], "above 0", (x) => x > 0);
}

/** Rows and columns of a weight; throws a `ShapeError` for one that has others than `expected`. */
export function requireMatrix(
  shape: Shape,
  expected: string,
  fits = (_rows: number, _columns: number) => true,
): readonly [rows: number, columns: number] {
  const [rows, columns] = shape as [number, number];
  if (shape.length === 2 && fits(rows, columns)) return [rows, columns];
  throw new ShapeError(explain({ expected, got: showShape(shape) }));
}
