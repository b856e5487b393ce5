/**
 * The safetensors format: eight bytes that say how long the header is, a JSON header, then numbers in row-major order and
 * little-endian. It holds no code. A file may come from anywhere, so everything in it is checked before it is used.
 */
import { explain, FormatError, show } from "../errors.ts";
import { requireShape, type Shape, sizeOf } from "../graph/tensor.ts";
import { fromBFloat16, fromFloat16, toBFloat16, toFloat16 } from "./half.ts";
import { topLevelKeys } from "./json-keys.ts";

/** In memory: F16 and BF16 as float32, BOOL as bytes 0 and 1. */
export type StoredData = Float64Array | Float32Array | BigInt64Array | Int32Array | Uint8Array;

export interface StoredTensor {
  readonly dtype: DTypeName;
  readonly shape: Shape;
  readonly data: StoredData;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free text of the writer. */
  readonly metadata: Readonly<Record<string, string>>;
}

interface Format {
  /** Bytes of one number. */
  readonly bytes: number;
  /** Numbers from bytes that begin at an even multiple of `bytes`. */
  read(buffer: ArrayBuffer): StoredData;
  write(data: StoredData): ArrayBufferView;
}

const plain = (bytes: number, make: (buffer: ArrayBuffer) => StoredData): Format => ({
  bytes,
  read: make,
  write: (data) => data,
});

const half = (from: (bits: number) => number, to: (x: number) => number): Format => ({
  bytes: 2,
  read: (buffer) => Float32Array.from(new Uint16Array(buffer), from),
  write: (data) => Uint16Array.from(data as Float32Array, to),
});

const formats = {
  F64: plain(8, (buffer) => new Float64Array(buffer)),
  F32: plain(4, (buffer) => new Float32Array(buffer)),
  F16: half(fromFloat16, toFloat16),
  BF16: half(fromBFloat16, toBFloat16),
  I64: plain(8, (buffer) => new BigInt64Array(buffer)),
  I32: plain(4, (buffer) => new Int32Array(buffer)),
  U8: plain(1, (buffer) => new Uint8Array(buffer)),
  BOOL: plain(1, (buffer) => new Uint8Array(buffer)),
} satisfies Record<string, Format>;

export type DTypeName = keyof typeof formats;

/** Bytes of the largest header that is read, as in the reference implementation. */
const LARGEST_HEADER = 100_000_000;
/** Headers are padded with spaces to a multiple of this, so that numbers are aligned. */
const ALIGNMENT = 8;

/** Writes tensors under their names. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  // Wide numbers first: then all of them are aligned without gaps, which the format forbids.
  const order = [...tensors].sort(([, a], [, b]) => formats[b.dtype].bytes - formats[a.dtype].bytes);
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [["__metadata__", metadata]] : [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of order) {
    if (data.length !== sizeOf(shape) || name === "__metadata__") {
      const expected = `${sizeOf(shape)} numbers for tensor ${show(name)} of shape [${shape.join(", ")}]`;
      throw new FormatError(explain({ expected, got: `${data.length}` }));
    }
    const view = formats[dtype].write(data);
    parts.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    header.push([name, { dtype, shape, data_offsets: [offset, offset + view.byteLength] }]);
    offset += view.byteLength;
  }

  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const length = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Reads what `encodeSafetensors`, or any other writer of the format, wrote. Throws a `FormatError` for anything else. */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  // Node's Buffer is a Uint8Array whose `slice` does not copy: numbers would share memory with the whole file.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const { entries, start } = readHeader(bytes);
  const tensors = new Map<string, StoredTensor>();
  const ranges: { name: string; begin: number; end: number }[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, entry] of entries) {
    if (name === "__metadata__") {
      metadata = readMetadata(entry);
      continue;
    }
    const { dtype, shape, begin, end } = readEntry(name, entry, bytes.length - start);
    ranges.push({ name, begin, end });
    tensors.set(name, { dtype, shape, data: formats[dtype].read(bytes.slice(start + begin, start + end).buffer) });
  }
  requireTiling(ranges, bytes.length - start);
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { entries: [string, unknown][]; start: number } {
  const fail = (got: string) => new FormatError(explain({ expected: "a safetensors file", got }));
  if (bytes.length < 8) throw fail(`${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > LARGEST_HEADER || 8 + length > bytes.length) {
    throw fail(`a header of ${length} bytes in a file of ${bytes.length}`);
  }
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length));
    header = JSON.parse(text);
  } catch {
    throw fail("a header that is no JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw fail("a header that is no object");
  const keys = topLevelKeys(text);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw fail(`the name ${show(twice)} twice`);
  return { entries: Object.entries(header), start: 8 + length };
}

function readMetadata(entry: unknown): Readonly<Record<string, string>> {
  const pairs = typeof entry === "object" && entry !== null ? Object.entries(entry) : undefined;
  if (pairs?.every(([, value]) => typeof value === "string")) return Object.fromEntries(pairs);
  throw new FormatError(explain({ expected: "__metadata__ to map names to text", got: show(entry) }));
}

function readEntry(name: string, entry: unknown, available: number) {
  const fail = (expected: string, got: unknown) =>
    new FormatError(explain({ expected: `tensor ${show(name)} to have ${expected}`, got: show(got) }));
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof dtype !== "string" || !Object.hasOwn(formats, dtype)) {
    throw fail(`a dtype among ${Object.keys(formats).join(", ")}`, dtype);
  }
  const isCount = (x: unknown): x is number => typeof x === "number" && Number.isSafeInteger(x) && x >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount)) throw fail("a shape of whole sizes", shape);
  requireShape(shape, name);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) throw fail("two offsets", offsets);
  const [begin, end] = offsets as [number, number];
  const known = dtype as DTypeName;
  if (begin > end || end > available) throw fail(`offsets within ${available} bytes`, offsets);
  // Sizes beyond 2⁵³ lose digits, but then they are far from the few bytes that there are.
  const wanted = sizeOf(shape) * formats[known].bytes;
  if (end - begin !== wanted) throw fail(`${wanted} bytes for ${dtype} [${shape.join(", ")}]`, offsets);
  return { dtype: known, shape: shape as Shape, begin, end };
}

/** Every byte of the data must belong to exactly one tensor. */
function requireTiling(ranges: { name: string; begin: number; end: number }[], available: number): void {
  let at = 0;
  for (const { name, begin, end } of [...ranges].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) {
      const expected = `tensor ${show(name)} to begin at byte ${at}, where the one before ends`;
      throw new FormatError(explain({ expected, got: `${begin}` }));
    }
    at = end;
  }
  if (at === available) return;
  throw new FormatError(explain({ expected: `${at} bytes of numbers, as the header says`, got: `${available}` }));
}
