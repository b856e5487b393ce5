/** Numbers in: nested arrays or typed arrays become one typed array and its shape. */
import { explain, ShapeError, show } from "../errors.ts";
import { type Shape, sizeOf } from "../graph/tensor.ts";

/** Numbers in row-major order. NaN stands for a missing value. */
export interface NumericArray {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: Shape;
}

type AnyNumbers =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Arrays of numbers, arrays of such arrays, … to any depth; the innermost may be typed arrays. */
export type NestedArray = AnyNumbers | readonly number[] | readonly NestedArray[];

/** Everything that is taken for an array of numbers. A typed array without shape has one axis. */
export type ArrayLikeInput = NestedArray | { readonly data: AnyNumbers; readonly shape: Shape };

/** True for what `toNumericArray` reads, as opposed to an object of several arrays by name. */
export function isArrayInput(value: unknown): value is ArrayLikeInput {
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return true;
  return typeof value === "object" && value !== null && ArrayBuffer.isView((value as { data?: unknown }).data);
}

/** True for what `toNumericArray` makes of all that it reads. */
export function isNumericArray(value: unknown): value is NumericArray {
  const { data, shape } = Object(value) as Partial<NumericArray>;
  return isPlain(data) && holds(shape, data.length);
}

function isPlain(data: unknown): data is NumericArray["data"] {
  return data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array;
}

function holds(shape: unknown, count: number): boolean {
  const isWhole = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
  return isWhole && sizeOf(shape) === count;
}

/**
 * One typed array of all numbers. Nested arrays become float32; typed arrays keep their numbers, uncopied where their
 * type is one of the three. Throws a `ShapeError` that names the place for ragged nesting and for what is no number.
 *
 * @param name what the array is, for error messages: `x`, `y`, …
 */
export function toNumericArray(input: ArrayLikeInput, name = "the array"): NumericArray {
  if (ArrayBuffer.isView(input)) {
    const data = plainNumbers(input, name);
    return { data, shape: [data.length] };
  }
  if (Array.isArray(input)) return fromNested(input, name);
  if (!isArrayInput(input) || !("shape" in input)) {
    const expected = `${name} to be nested arrays of numbers, a typed array or { data, shape }`;
    throw new ShapeError(explain({ expected, got: show(input) }));
  }
  const { data, shape } = input;
  if (!holds(shape, data.length)) {
    const expected = `the shape of ${name} to hold its ${data.length} numbers`;
    throw new ShapeError(explain({ expected, got: show(shape) }));
  }
  const plain = plainNumbers(data, name);
  // What is such an array already stays itself, rows of unequal lengths among them.
  return plain === data ? (input as NumericArray) : { data: plain, shape };
}

function plainNumbers(data: unknown, name: string): NumericArray["data"] {
  if (isPlain(data)) return data;
  if (data instanceof Uint32Array) return Float64Array.from(data);
  if (
    data instanceof Int8Array ||
    data instanceof Uint8Array ||
    data instanceof Uint8ClampedArray ||
    data instanceof Int16Array ||
    data instanceof Uint16Array
  ) {
    return Int32Array.from(data);
  }
  const expected = `${name} to hold numbers of at most 64 bits`;
  throw new ShapeError(explain({ expected, got: show(data), remedy: "convert it to a Float64Array or Int32Array" }));
}

function fromNested(nested: readonly unknown[], name: string): NumericArray {
  const shape: number[] = [];
  for (let level: unknown = nested; isList(level); level = level[0]) shape.push(level.length);
  const data = new Float32Array(sizeOf(shape));
  let next = 0;
  const copy = (level: unknown, axis: number, place: string) => {
    if (!isList(level) || level.length !== shape[axis]) {
      const [got, remedy] = isList(level)
        ? [`length ${level.length}`, "give sequences of unequal lengths as ragged([...])"]
        : [show(level), "all rows must be nested equally deep"];
      throw new ShapeError(
        explain({ expected: `an array of length ${shape[axis]} at ${place}, like the first one`, got, remedy }),
      );
    }
    for (let i = 0; i < level.length; i++) {
      const item = level[i];
      if (axis + 1 < shape.length) copy(item, axis + 1, `${place}[${i}]`);
      else if (typeof item === "number") data[next++] = item;
      else throw noNumber(item, `${place}[${i}]`);
    }
  };
  copy(nested, 0, name);
  return { data, shape };
}

function noNumber(value: unknown, place: string): ShapeError {
  const isArray = typeof value === "object" && value !== null;
  const remedy =
    value === null || value === undefined
      ? "write NaN for a missing value"
      : isArray
        ? "give several arrays by name, { name: array }"
        : "convert it to a number";
  return new ShapeError(explain({ expected: `a number at ${place}`, got: show(value), remedy }));
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
