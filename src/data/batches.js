/** From arrays or streams to batches of rows. */
import { philox } from "../engine/reference/philox.js";
import { explain, OptionError, ShapeError, StateError, show } from "../errors.js";
import { isArrayInput, toNumericArray } from "./array.js";
export function isBatchStream(value) {
    return typeof value === "function" || Symbol.iterator in value || Symbol.asyncIterator in value;
}
/** Reads the arrays of `examples` and checks that they have the same number of rows. */
export function toBatch(examples) {
    const { x, y, sampleWeight } = examples;
    const batch = {
        x: toColumns(x, "x"),
        y: toColumns(y, "y"),
        ...(sampleWeight !== undefined && { sampleWeight: toColumns(sampleWeight, "sampleWeight") }),
    };
    const [first, ...others] = Object.entries(batch).flatMap(([name, columns]) => named(columns, name));
    const rows = first[1].shape[0];
    for (const [name, { shape }] of others) {
        if (shape[0] === rows)
            continue;
        const expected = `${name} to have ${rows} rows like ${first[0]}`;
        throw new ShapeError(explain({ expected, got: `${shape[0]}` }));
    }
    return { ...batch, rows };
}
/** Batches of rows of arrays. */
export function arrayBatches(all, { batchSize, shuffle, seed }) {
    if (all.rows === 0) {
        throw new ShapeError(explain({ expected: "at least one row of data", got: "none" }));
    }
    const inOrder = Int32Array.from({ length: all.rows }, (_, row) => row);
    return {
        batches: Math.ceil(all.rows / batchSize),
        *epoch(epoch, skip) {
            const order = shuffle ? permutation(all.rows, seed, epoch) : inOrder;
            for (let start = skip * batchSize; start < all.rows; start += batchSize) {
                yield takeRows(all, order.subarray(start, start + batchSize));
            }
        },
    };
}
/** The first and the last rows: `share` of them, rounded to whole rows, are in the second part. */
export function splitRows(all, share) {
    const first = Math.floor(all.rows * (1 - share));
    const rows = Int32Array.from({ length: all.rows }, (_, row) => row);
    return [takeRows(all, rows.subarray(0, first)), takeRows(all, rows.subarray(first))];
}
/** Batches of a stream. A stream that can be read only once lasts for one pass. */
export function streamBatches(stream, options = {}) {
    const { stepsPerEpoch, firstEpoch = 0 } = options;
    const reader = new StreamReader(stream);
    return {
        ...(stepsPerEpoch !== undefined && { batches: stepsPerEpoch }),
        async *epoch(epoch, skip) {
            if (stepsPerEpoch === undefined) {
                await reader.open(epoch);
                for (let index = 0;; index++) {
                    const batch = await reader.next();
                    if (batch === undefined && index > 0)
                        return;
                    if (batch === undefined)
                        throw noBatches();
                    if (index >= skip)
                        yield toBatch(batch);
                }
            }
            const start = (epoch - firstEpoch) * stepsPerEpoch;
            await reader.goTo(start + skip);
            for (let index = skip; index < stepsPerEpoch; index++)
                yield toBatch(await reader.nextOfEndless());
        },
        close: () => reader.close(),
    };
}
/** Reads a stream pass by pass. */
class StreamReader {
    #stream;
    #iterator;
    #previous;
    #pass = 0;
    #inPass = 0;
    /** Batches read since the beginning of pass 0. */
    #position = 0;
    constructor(stream) {
        this.#stream = stream;
    }
    async open(pass) {
        await this.close();
        const iterable = typeof this.#stream === "function" ? this.#stream(pass) : this.#stream;
        const iterator = Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
        // An iterable that hands out the same iterator again, as a generator object does, cannot be read again.
        if (iterator === this.#previous) {
            const remedy = "give a generator function, or an iterable that can be read again";
            throw new StateError(explain({ expected: "more batches from the stream", got: "its end", remedy }));
        }
        this.#iterator = iterator;
        this.#previous = iterator;
        this.#pass = pass;
        this.#inPass = 0;
    }
    async next() {
        const result = await this.#iterator.next();
        if (result.done) {
            this.#iterator = undefined;
            return undefined;
        }
        this.#inPass++;
        this.#position++;
        return result.value;
    }
    /** The next batch, beginning another pass where one ends. */
    async nextOfEndless() {
        if (this.#iterator === undefined)
            await this.open(this.#pass);
        const batch = await this.next();
        if (batch !== undefined)
            return batch;
        if (this.#inPass === 0)
            throw noBatches();
        await this.open(this.#pass + 1);
        return (await this.next()) ?? Promise.reject(noBatches());
    }
    /** Makes the batch at `position` the next one of the endless stream. */
    async goTo(position) {
        if (position < this.#position) {
            await this.open(0);
            this.#position = 0;
        }
        while (this.#position < position)
            await this.nextOfEndless();
    }
    async close() {
        const open = this.#iterator;
        this.#iterator = undefined;
        await open?.return?.();
    }
}
function noBatches() {
    return new OptionError(explain({ expected: "the stream to give at least one batch", got: "none" }));
}
function toColumns(input, name) {
    if (isArrayInput(input))
        return requireRows(toNumericArray(input, name), name);
    if (typeof input !== "object" || input === null || Object.keys(input).length === 0) {
        const expected = `${name} to be an array, or arrays by name`;
        throw new ShapeError(explain({ expected, got: show(input) }));
    }
    return Object.fromEntries(Object.entries(input).map(([key, array]) => [
        key,
        requireRows(toNumericArray(array, `${name}.${key}`), `${name}.${key}`),
    ]));
}
function requireRows(array, name) {
    if (array.shape.length > 0)
        return array;
    throw new ShapeError(explain({ expected: `${name} to have rows on its first axis`, got: "a single number" }));
}
function isSingle(columns) {
    return ArrayBuffer.isView(columns.data);
}
function named(columns, name) {
    if (isSingle(columns))
        return [[name, columns]];
    return Object.entries(columns).map(([key, array]) => [`${name}.${key}`, array]);
}
function takeRows({ x, y, sampleWeight }, rows) {
    const take = (columns) => isSingle(columns)
        ? rowsOf(columns, rows)
        : Object.fromEntries(Object.entries(columns).map(([name, array]) => [name, rowsOf(array, rows)]));
    return {
        x: take(x),
        y: take(y),
        ...(sampleWeight !== undefined && { sampleWeight: take(sampleWeight) }),
        rows: rows.length,
    };
}
function rowsOf({ data, shape }, rows) {
    const width = shape.slice(1).reduce((product, size) => product * size, 1);
    const taken = new data.constructor(rows.length * width);
    for (const [index, row] of rows.entries()) {
        taken.set(data.subarray(row * width, (row + 1) * width), index * width);
    }
    return { data: taken, shape: [rows.length, ...shape.slice(1)] };
}
/** Sets these random words apart from those of layers, which have 0 in this place. */
const SHUFFLE = 1;
/** The numbers 0 … size − 1 in an order that depends on nothing but seed and epoch (Fisher & Yates, Durstenfeld 1964). */
export function permutation(size, seed, epoch) {
    const order = Int32Array.from({ length: size }, (_, index) => index);
    let words = [];
    for (let last = size - 1, drawn = 0; last > 0; last--, drawn++) {
        if (drawn % 4 === 0)
            words = philox([drawn / 4, epoch, SHUFFLE, 0], [seed, Math.floor(seed / 2 ** 32)]);
        const other = Math.floor((words[drawn % 4] / 2 ** 32) * (last + 1));
        [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
}
