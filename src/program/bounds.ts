/** Checks that a program touches only its own memory, for engines that do not look while they run. */
import { explain, FormatError } from "../errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import { ARENA, CONSTANTS, FIRST_BINDING, type Program, SCRATCH, type View } from "./format.ts";

/** Most dimensions of a view, `MAX_RANK` of `kernels/program.h`. */
const MOST_DIMENSIONS = 16;

/** Elements of each slot. */
export function slotSizes(program: Program): number[] {
  const sizes: number[] = [];
  sizes[ARENA] = program.arenaSize;
  sizes[CONSTANTS] = program.constantsSize;
  sizes[SCRATCH] = program.scratchSize;
  for (const [index, { shape }] of program.bindings.entries()) sizes[FIRST_BINDING + index] = sizeOf(shape);
  return sizes;
}

/** How often instructions run, and on which rows: in a rowwise scan, on blocks of some of them. */
export class Place {
  readonly #sizes: readonly number[];
  readonly #times: number;
  /** None outside of rowwise scans. */
  readonly rows: number | undefined;
  readonly #blockRows: number;

  constructor(sizes: readonly number[], times = 1, rows?: number, blockRows = 0) {
    this.#sizes = sizes;
    this.#times = times;
    this.rows = rows;
    this.#blockRows = blockRows;
  }

  /** A place within this one, with a time of its own. */
  inside(times: number, rows?: number, blockRows?: number): Place {
    return new Place(this.#sizes, times, rows, blockRows);
  }

  /** Entries of dimension 0 that make one row, where rows count. */
  unit(unit: number): number {
    return this.rows === undefined ? 1 : unit;
  }

  /** Like `holds`, where dimension 0 of the shape counts the rows of the instruction. */
  holdsRows(view: View, shape: readonly number[]): void {
    const inBlock = this.rows !== undefined && view.slot === SCRATCH;
    this.holds(view, inBlock ? [Math.min(this.rows, this.#blockRows), ...shape.slice(1)] : shape);
  }

  /** Like `holds`, of `size` elements that follow one another, whatever the strides. */
  holdsInOne(view: View, size: number): void {
    this.holds({ ...view, strides: [1] }, [size]);
  }

  /** Throws unless a view has the rank of the shape that it walks through and stays in its slot, at all times. */
  holds(view: View, shape: readonly number[]): void {
    const { offset, strides, timeStride, slot } = view;
    if (shape.length > MOST_DIMENSIONS) {
      throw misplaced(view, shape, `to have at most ${MOST_DIMENSIONS} dimensions`, `${shape.length}`);
    }
    if (strides.length !== shape.length)
      throw misplaced(view, shape, `to have ${shape.length} strides`, `${strides.length}`);
    if (shape.includes(0) || this.#times === 0) return;
    const overTime = timeStride * (this.#times - 1);
    let least = offset + Math.min(overTime, 0);
    let greatest = offset + Math.max(overTime, 0);
    for (let axis = 0; axis < shape.length; axis++) {
      const span = strides[axis]! * (shape[axis]! - 1);
      least += Math.min(span, 0);
      greatest += Math.max(span, 0);
    }
    const size = this.#sizes[slot] ?? 0;
    // Written so that NaN and fractions fail too.
    const inside = Number.isInteger(least) && Number.isInteger(greatest) && least >= 0 && greatest < size;
    if (!inside) throw misplaced(view, shape, `to stay in its slot of ${size}`, `elements ${least} to ${greatest}`);
  }
}

function misplaced(view: View, shape: readonly number[], expected: string, got: string): FormatError {
  return new FormatError(
    explain({ expected: `view ${JSON.stringify(view)} of shape [${shape.join(", ")}] ${expected}`, got }),
  );
}
