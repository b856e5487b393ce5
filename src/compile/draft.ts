/**
 * Memory before it has addresses. Emission writes instructions over drafts, views of buffers; the planner then gives each
 * buffer its place, and the drafts become plain views.
 */
import { contiguousStrides, type DType, type Shape, sizeOf } from "../graph/tensor.ts";
import type { View } from "../program/format.ts";

/** How a view walks through a buffer. */
export interface Layout {
  /** Elements from the start of the buffer. */
  readonly start: number;
  readonly strides: readonly number[];
  readonly timeStride: number;
}

/** A stretch of memory. `slot` and `offset` are settled by the planner, unless they were given. */
export class MemoryBuffer {
  slot: number;
  offset = 0;
  readonly size: number;
  /** Stands for this buffer when it turned out that both can be one. */
  alias: MemoryBuffer | undefined;

  constructor(slot: number, size: number) {
    this.slot = slot;
    this.size = size;
  }

  /** The buffer that finally serves. */
  get settled(): MemoryBuffer {
    return this.alias?.settled ?? this;
  }

  /** How all views of this buffer, which are alike, walk through the one that finally serves. @default as they say */
  get layout(): Layout | undefined {
    return this.#layout ?? this.alias?.layout;
  }

  #layout: Layout | undefined;

  /** Makes this buffer, of which all views are alike, what a view of another one shows. */
  lieIn({ buffer, start, strides, timeStride }: Draft): void {
    this.alias = buffer;
    this.#layout = { start, strides, timeStride };
  }
}

/** A view of a buffer. */
export class Draft implements View, Layout {
  readonly buffer: MemoryBuffer;
  readonly start: number;
  readonly strides: readonly number[];
  readonly timeStride: number;
  readonly dtype: DType;

  constructor(buffer: MemoryBuffer, start: number, strides: readonly number[], timeStride: number, dtype: DType) {
    this.buffer = buffer;
    this.start = start;
    this.strides = strides;
    this.timeStride = timeStride;
    this.dtype = dtype;
  }

  /** The buffer that finally serves. */
  get memory(): MemoryBuffer {
    return this.buffer.settled;
  }

  get slot(): number {
    return this.memory.slot;
  }

  get offset(): number {
    return this.memory.offset + this.layout.start;
  }

  /** How it walks through the buffer that finally serves. */
  get layout(): Layout {
    return this.buffer.layout ?? this;
  }

  /** Another view of the same buffer; what is not given stays. */
  with(change: { start?: number; strides?: readonly number[]; timeStride?: number }): Draft {
    const { start = this.start, strides = this.strides, timeStride = this.timeStride } = change;
    return new Draft(this.buffer, start, strides, timeStride, this.dtype);
  }

  /** Whether both read the same elements in the same order. */
  equals(other: Draft): boolean {
    return (
      this.buffer === other.buffer &&
      this.start === other.start &&
      this.timeStride === other.timeStride &&
      this.strides.length === other.strides.length &&
      this.strides.every((stride, i) => stride === other.strides[i])
    );
  }
}

/** A view of a whole new buffer, row-major. */
export function newDraft(slot: number, shape: Shape, dtype: DType): Draft {
  return new Draft(new MemoryBuffer(slot, sizeOf(shape)), 0, contiguousStrides(shape), 0, dtype);
}

/**
 * Strides that read a strided array of shape `from` as if it had shape `to`, without moving anything; `undefined` where
 * there are none.
 */
export function reshapeStrides(from: Shape, strides: readonly number[], to: Shape): readonly number[] | undefined {
  if (sizeOf(to) === 0) return contiguousStrides(to);
  // Axes of size 1 place no demand. Then match groups of axes of equal product from the front.
  const old = from.map((size, i) => ({ size, stride: strides[i]! })).filter((axis) => axis.size !== 1);
  const result = new Array<number>(to.length).fill(0);
  let next = 0;
  for (let i = 0; i < to.length; ) {
    if (to[i] === 1) {
      i++;
      continue;
    }
    let last = next;
    let end = i + 1;
    let have = old[next]!.size;
    let want = to[i]!;
    while (have !== want) {
      if (have < want) have *= old[++last]!.size;
      else want *= to[end++]!;
    }
    for (let axis = next; axis < last; axis++) {
      if (old[axis]!.stride !== old[axis + 1]!.stride * old[axis + 1]!.size) return undefined;
    }
    let stride = old[last]!.stride;
    for (let axis = end - 1; axis >= i; axis--) {
      result[axis] = stride;
      stride *= to[axis]!;
    }
    next = last + 1;
    i = end;
  }
  return result;
}
