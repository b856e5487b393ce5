/** Numbers in: nested arrays or typed arrays become one typed array and its shape. */
import { explain, ShapeError, show } from "../errors.js";
import { sizeOf } from "../graph/tensor.js";
/** True for what `toNumericArray` reads, as opposed to an object of several arrays by name. */
export function isArrayInput(value) {
    if (Array.isArray(value) || ArrayBuffer.isView(value))
        return true;
    return typeof value === "object" && value !== null && ArrayBuffer.isView(value.data);
}
/**
 * One typed array of all numbers. Nested arrays become float32; typed arrays keep their numbers, uncopied where their
 * type is one of the three. Throws a `ShapeError` that names the place for ragged nesting and for what is no number.
 *
 * @param name what the array is, for error messages: `x`, `y`, …
 */
export function toNumericArray(input, name = "the array") {
    if (ArrayBuffer.isView(input)) {
        const data = plainNumbers(input, name);
        return { data, shape: [data.length] };
    }
    if (Array.isArray(input))
        return fromNested(input, name);
    if (!isArrayInput(input) || !("shape" in input)) {
        const expected = `${name} to be nested arrays of numbers, a typed array or { data, shape }`;
        throw new ShapeError(explain({ expected, got: show(input) }));
    }
    const { data, shape } = input;
    const whole = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0);
    if (!whole || sizeOf(shape) !== data.length) {
        const expected = `the shape of ${name} to hold its ${data.length} numbers`;
        throw new ShapeError(explain({ expected, got: show(shape) }));
    }
    return { data: plainNumbers(data, name), shape };
}
function plainNumbers(data, name) {
    if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array)
        return data;
    if (data instanceof Uint32Array)
        return Float64Array.from(data);
    if (data instanceof Int8Array ||
        data instanceof Uint8Array ||
        data instanceof Uint8ClampedArray ||
        data instanceof Int16Array ||
        data instanceof Uint16Array) {
        return Int32Array.from(data);
    }
    const expected = `${name} to hold numbers of at most 64 bits`;
    throw new ShapeError(explain({ expected, got: show(data), remedy: "convert it to a Float64Array or Int32Array" }));
}
function fromNested(nested, name) {
    const shape = [];
    for (let level = nested; isList(level); level = level[0])
        shape.push(level.length);
    const data = new Float32Array(sizeOf(shape));
    let next = 0;
    const copy = (level, axis, place) => {
        if (!isList(level)) {
            const expected = `an array of length ${shape[axis]} at ${name}${place}`;
            throw new ShapeError(explain({ expected, got: show(level), remedy: "all rows must be nested equally deep" }));
        }
        if (level.length !== shape[axis]) {
            const expected = `an array of length ${shape[axis]} at ${name}${place}, like the first one`;
            const remedy = "pad shorter sequences with NaN and mask them";
            throw new ShapeError(explain({ expected, got: `length ${level.length}`, remedy }));
        }
        for (let i = 0; i < level.length; i++) {
            if (axis + 1 < shape.length)
                copy(level[i], axis + 1, `${place}[${i}]`);
            else
                data[next++] = numberAt(level[i], `${name}${place}[${i}]`);
        }
    };
    copy(nested, 0, "");
    return { data, shape };
}
function numberAt(value, place) {
    if (typeof value === "number")
        return value;
    const remedy = value === null || value === undefined ? "write NaN for a missing value" : "convert it to a number";
    throw new ShapeError(explain({ expected: `a number at ${place}`, got: show(value), remedy }));
}
function isList(value) {
    return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
