import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { fromBFloat16, fromFloat16, toBFloat16, toFloat16 } from "./half.ts";
import { topLevelKeys } from "./json-keys.ts";
import { type DTypeName, decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.ts";

/** A file with this header and these bytes of numbers. */
function fileOf(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const makers: Readonly<Record<DTypeName, (bits: number[]) => StoredTensor["data"]>> = {
  F64: (numbers) => Float64Array.from(numbers),
  F32: (numbers) => Float32Array.from(numbers),
  F16: (numbers) => Float32Array.from(numbers, (bits) => fromFloat16(bits & 0x7bff)),
  BF16: (numbers) => Float32Array.from(numbers, (bits) => fromBFloat16(bits & 0x7f7f)),
  I64: (numbers) => BigInt64Array.from(numbers, (bits) => BigInt(bits) << 31n),
  I32: (numbers) => Int32Array.from(numbers),
  U8: (numbers) => Uint8Array.from(numbers),
  BOOL: (numbers) => Uint8Array.from(numbers, (bits) => bits & 1),
};

const tensor = fc
  .tuple(fc.constantFrom(...(Object.keys(makers) as DTypeName[])), fc.array(fc.nat(4), { maxLength: 3 }))
  .chain(([dtype, shape]) => {
    const size = shape.reduce((product, axis) => product * axis, 1);
    return fc
      .array(fc.nat(), { minLength: size, maxLength: size })
      .map((numbers): StoredTensor => ({ dtype, shape, data: makers[dtype](numbers) }));
  });
const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
const tensors = fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((entries) => new Map(entries));

describe("safetensors", () => {
  test("what was written is read, whatever the names, types and shapes", () => {
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
        const read = decodeSafetensors(encodeSafetensors(written, metadata));
        expect(new Map(read.tensors)).toEqual(written);
        expect(Object.entries(read.metadata)).toEqual(Object.entries(metadata));
      }),
    );
  });

  test("a damaged file gives a FormatError or other numbers, nothing else", () => {
    fc.assert(
      fc.property(tensors, fc.nat(), fc.nat(255), fc.nat(), (written, at, value, cut) => {
        const bytes = encodeSafetensors(written, { format: "test" });
        bytes[at % bytes.length] = value;
        try {
          decodeSafetensors(bytes.subarray(0, bytes.length - (cut % 8)));
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
    );
  });

  test("numbers are aligned, so that other readers can map them", () => {
    const bytes = encodeSafetensors(
      new Map<string, StoredTensor>([
        ["a", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
        ["b", { dtype: "F64", shape: [1], data: Float64Array.of(4) }],
      ]),
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header.b.data_offsets).toEqual([0, 8]);
    expect(header.a.data_offsets).toEqual([8, 11]);
  });

  test("reads from memory that others share, and from any offset in it", () => {
    const bytes = encodeSafetensors(
      new Map([["a", { dtype: "F32" as const, shape: [2], data: Float32Array.of(1, 2) }]]),
    );
    const pool = Buffer.alloc(bytes.length + 3);
    pool.set(bytes, 3);
    const { data } = decodeSafetensors(pool.subarray(3)).tensors.get("a")!;
    pool.fill(0);
    expect(data).toEqual(Float32Array.of(1, 2));
  });

  const one = (entry: object) =>
    fileOf({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...entry } }, new Uint8Array(8));
  test.each([
    ["nothing", new Uint8Array(0)],
    ["a header longer than the file", fileOf("{}").subarray(0, 9)],
    ["a header of 2⁶³ bytes", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125)],
    ["no JSON", fileOf("{")],
    ["no text", fileOf("").fill(0xff, 8)],
    ["a list", fileOf([])],
    ["null", fileOf("null")],
    [
      "a name twice",
      fileOf(
        '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
    ],
    ["an unknown dtype", one({ dtype: "F8" })],
    ["a dtype that every object has", one({ dtype: "constructor" })],
    ["a shape that is no list", one({ shape: 2 })],
    ["half a row", one({ shape: [0.5] })],
    ["a negative size", one({ shape: [-2] })],
    ["more numbers than bytes", one({ shape: [2 ** 40, 2 ** 40] })],
    ["fewer numbers than bytes", one({ shape: [1] })],
    ["an offset behind the end", one({ data_offsets: [8, 16] })],
    ["offsets the wrong way round", one({ data_offsets: [8, 0] })],
    ["three offsets", one({ data_offsets: [0, 4, 8] })],
    ["a gap", fileOf({ a: { dtype: "U8", shape: [1], data_offsets: [1, 2] } }, new Uint8Array(2))],
    ["bytes that belong to nobody", fileOf({}, new Uint8Array(2))],
    [
      "tensors that overlap",
      fileOf(
        { a: { dtype: "U8", shape: [2], data_offsets: [0, 2] }, b: { dtype: "U8", shape: [1], data_offsets: [1, 2] } },
        new Uint8Array(2),
      ),
    ],
    ["metadata that is no text", fileOf({ __metadata__: { a: 1 } })],
    ["a tensor that is null", fileOf({ a: null })],
  ])("refuses %s", (_what, bytes) => {
    expect(() => decodeSafetensors(bytes)).toThrow(FormatError);
  });
});

describe("16-bit numbers", () => {
  /** All numbers of the format, in order; the largest finite one is before ∞. */
  const positive = (from: (bits: number) => number, infinity: number) =>
    Array.from({ length: infinity + 1 }, (_, bits) => from(bits));

  test.each([
    ["float16", fromFloat16, toFloat16, 0x7c00],
    ["bfloat16", fromBFloat16, toBFloat16, 0x7f80],
  ] as const)("%s: every number is written as itself", (_name, from, to, infinity) => {
    for (let bits = 0; bits <= infinity; bits++) {
      if (to(from(bits)) !== bits) expect(to(from(bits)), `${bits}`).toBe(bits);
      if (to(-from(bits)) !== (bits | 0x8000)) expect(to(-from(bits)), `−${bits}`).toBe(bits | 0x8000);
    }
    expect(from(to(Number.NaN))).toBeNaN();
    expect(positive(from, infinity).every((value, i, all) => i === 0 || value > all[i - 1]!)).toBe(true);
  });

  test.each([
    ["float16", fromFloat16, toFloat16, 0x7bff],
    ["bfloat16", fromBFloat16, toBFloat16, 0x7f7f],
  ] as const)("%s: what lies between goes to the nearer one, a tie to the even one", (_name, from, to, largest) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: largest - 1 }), (bits) => {
        const [low, high] = [from(bits), from(bits + 1)];
        const middle = (low + high) / 2;
        expect(to(middle)).toBe(bits % 2 === 0 ? bits : bits + 1);
        expect(to(low + (high - low) / 4)).toBe(bits);
        expect(to(high - (high - low) / 4)).toBe(bits + 1);
      }),
    );
  });
});

test("topLevelKeys sees what JSON.parse drops, and nothing deeper", () => {
  expect(topLevelKeys('{ "a": {"b": ["c"]}, "a" : "d:e", "\\"f": [{"g": 1}] }')).toEqual(["a", "a", '"f']);
});
