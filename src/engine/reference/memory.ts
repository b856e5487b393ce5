/**
 * Reading and writing strided views. This engine is a checker: a view that leaves its slot, has the wrong rank or dtype,
 * or stores where nothing may be stored throws, so that faults of the compiler show here and not as wrong numbers.
 */
import { explain, FormatError } from "../../errors.ts";
import { type DType, showShape, sizeOf } from "../../graph/tensor.ts";
import { SCRATCH, type View } from "../../program/format.ts";
import { printView } from "../../program/print.ts";

/** The memory behind one slot. */
export interface Slot {
  readonly values: Float64Array;
  /** The only dtype that views may have; absent where dtypes mix. */
  readonly dtype?: DType;
  readonly writable: boolean;
}

/** What an instruction runs in: the slots, the time index and, in a rowwise scan, the block of rows. */
export interface Frame {
  readonly slots: readonly Slot[];
  readonly time: number;
  readonly block?: Block;
}

/** `rows` rows from `start` on, out of the `total` rows of a rowwise scan; in scratch they come after `skipped` others. */
export interface Block {
  readonly start: number;
  readonly skipped: number;
  readonly rows: number;
  readonly total: number;
}

/** Where the elements of a view lie in its slot, in row-major order, and the least and greatest of these places. */
export interface Region {
  readonly view: View;
  readonly slot: Slot;
  readonly places: Int32Array;
  readonly least: number;
  readonly greatest: number;
  /** Whether several elements lie in one place. */
  readonly repeats: boolean;
}

/** Throws the error for a program that cannot be run. */
export function fault(view: View, expected: string, got: string): never {
  throw new FormatError(explain({ expected: `view ${printView(view)} ${expected}`, got }));
}

/**
 * Finds the elements of `view` for an operand of the given shape. With `moves` (dimension 0 counts the rows of the
 * batch), the operand of a block starts at the block's first row, counted in scratch, which belongs to the block, from its own.
 */
export function locate(view: View, shape: readonly number[], frame: Frame, moves: boolean): Region {
  const slot = frame.slots[view.slot];
  if (slot === undefined) fault(view, `to name one of ${frame.slots.length} slots`, `slot ${view.slot}`);
  if (view.strides.length !== shape.length)
    fault(view, `to have a stride for each of ${showShape(shape)}`, "another rank");
  if (slot.dtype !== undefined && slot.dtype !== view.dtype) fault(view, `to be ${slot.dtype}`, view.dtype);

  const { block } = frame;
  const firstRow = block === undefined || !moves ? 0 : view.slot === SCRATCH ? block.skipped : block.start;
  const places = new Int32Array(sizeOf(shape));
  const position = shape.map(() => 0);
  let place = view.offset + frame.time * view.timeStride + (firstRow && firstRow * view.strides[0]!);
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < places.length; index++) {
    if (!(place >= 0 && place < slot.values.length)) {
      fault(view, `of shape ${showShape(shape)} to stay in its slot of ${slot.values.length}`, `element ${place}`);
    }
    places[index] = place;
    least = Math.min(least, place);
    greatest = Math.max(greatest, place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += view.strides[axis]!;
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      place -= view.strides[axis]! * shape[axis]!;
      position[axis] = 0;
    }
  }
  const repeats = places.length > 1 && shape.some((length, axis) => length > 1 && view.strides[axis] === 0);
  return { view, slot, places, least, greatest, repeats };
}

/** A copy of the values of a region. */
export function load(region: Region): Float64Array {
  return Float64Array.from(region.places, (place) => region.slot.values[place]!);
}

/** Stores values, added to what is there when `accumulate`. Storing twice in one place is a fault. */
export function store(region: Region, values: Float64Array, accumulate = false): void {
  const { view, slot, places, repeats } = region;
  if (!slot.writable) fault(view, "to lie where an instruction may store", "an input or a constant");
  if (repeats) fault(view, "to store each place once", "a stride of 0");
  for (const [index, place] of places.entries()) {
    slot.values[place] = values[index]! + (accumulate ? slot.values[place]! : 0);
  }
}

/** Whether two regions share any place. */
function overlap(a: Region, b: Region): boolean {
  if (a.slot !== b.slot || a.least > b.greatest || b.least > a.greatest) return false;
  const places = new Set(a.places);
  return b.places.some((place) => places.has(place));
}

/**
 * Throws when an output overlaps an input, for engines read and write in no agreed order. With `sameAllowed`, an output
 * may be exactly the input, element by element.
 */
export function requireApart(output: Region, inputs: readonly Region[], sameAllowed = false): void {
  for (const input of inputs) {
    if (!overlap(output, input)) continue;
    if (sameAllowed && output.places.every((place, index) => place === input.places[index])) continue;
    fault(output.view, "to lie apart from what the instruction reads", `an overlap with ${printView(input.view)}`);
  }
}
