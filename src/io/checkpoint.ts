/** A saved model as one file: its tensors as safetensors, everything else as JSON in the metadata. */
import { explain, FormatError, show } from "../errors.ts";
import type { Shape } from "../graph/index.ts";
import { type DTypeName, decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.ts";

/** The version that is written; others are not read. */
const VERSION = "1";

/** A tensor of a model, in the precision in which its engine has it. */
export interface SavedTensor {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | Int32Array;
}

export interface Checkpoint {
  /** Plain data. */
  readonly content: unknown;
  readonly tensors: ReadonlyMap<string, SavedTensor>;
}

export function encodeCheckpoint({ content, tensors }: Checkpoint): Uint8Array {
  const stored = new Map<string, StoredTensor>();
  for (const [name, { shape, data }] of tensors) stored.set(name, { dtype: dtypeOf(data), shape, data });
  return encodeSafetensors(stored, { format: "rondo", version: VERSION, content: JSON.stringify(content, write) });
}

/** Throws a `FormatError` unless the bytes are a model that `encodeCheckpoint` wrote. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const { format, version, content } = metadata;
  if (format !== "rondo" || version !== VERSION || content === undefined) {
    const got = format === "rondo" ? `version ${version}` : `a safetensors file of format ${show(format)}`;
    throw new FormatError(explain({ expected: `a model saved by Rondo, version ${VERSION}`, got }));
  }
  const kept = new Map<string, SavedTensor>();
  for (const [name, { shape, data, dtype }] of tensors) {
    if (data instanceof Float32Array || data instanceof Float64Array || data instanceof Int32Array) {
      kept.set(name, { shape, data });
      continue;
    }
    const expected = `tensor ${show(name)} to hold F32, F64 or I32`;
    throw new FormatError(explain({ expected, got: dtype }));
  }
  return { content: parse(content), tensors: kept };
}

function dtypeOf(data: SavedTensor["data"]): DTypeName {
  if (data instanceof Int32Array) return "I32";
  return data instanceof Float64Array ? "F64" : "F32";
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json, read);
  } catch (cause) {
    throw new FormatError(explain({ expected: "the description of a model as JSON", got: show(json) }), { cause });
  }
}

/** JSON has no NaN, no infinities and no −0: they are written as `{ "$number": "NaN" }`. */
function write(_key: string, value: unknown): unknown {
  const plain = typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0));
  return plain ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
}

function read(_key: string, value: unknown): unknown {
  const isNumber = typeof value === "object" && value !== null && "$number" in value;
  return isNumber ? Number(value.$number) : value;
}
