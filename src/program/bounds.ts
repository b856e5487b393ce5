/** Checks that a program touches only its own memory, for engines that do not look while they run. */
import { explain, FormatError } from "../errors.ts";
import { sizeOf } from "../graph/tensor.ts";
import {
  ARENA,
  CONSTANTS,
  FIRST_BINDING,
  type Program,
  packedSize,
  SCRATCH,
  type SimpleInstruction,
  type View,
} from "./format.ts";

/** Most dimensions of a view, `MAX_RANK` of `kernels/program.h`. */
const MOST_DIMENSIONS = 16;

/** How often an instruction runs, and on which rows: for a rowwise scan, on blocks of some of them. */
export interface Place {
  readonly times: number;
  readonly rows?: number;
  readonly blockRows?: number;
}

/** Elements of each slot. */
export function slotSizes(program: Program): number[] {
  const sizes: number[] = [];
  sizes[ARENA] = program.arenaSize;
  sizes[CONSTANTS] = program.constantsSize;
  sizes[SCRATCH] = program.scratchSize;
  for (const [index, { shape }] of program.bindings.entries()) sizes[FIRST_BINDING + index] = sizeOf(shape);
  return sizes;
}

/** A view, the shape that it walks through, and whether dimension 0 of that counts the rows of the instruction. */
interface Reach {
  readonly view: View;
  readonly shape: readonly number[];
  readonly byRows: boolean;
}

const byRows = (view: View, shape: readonly number[]): Reach => ({ view, shape, byRows: true });
const whole = (view: View, shape: readonly number[]): Reach => ({ view, shape, byRows: false });
const contiguous = (view: View, size: number): Reach => whole({ ...view, strides: [1] }, [size]);

function reachesOf(instruction: SimpleInstruction): Reach[] {
  switch (instruction.kind) {
    case "map": {
      const views = [...instruction.inputs, ...instruction.outputs.map(({ view }) => view)];
      return views.map((view) => byRows(view, instruction.shape));
    }
    case "matmul": {
      const { shape, k, a, b, out, added = out, rows, inner, packed } = instruction;
      const [batch, [m, n]] = [shape.slice(0, -2), shape.slice(-2) as [number, number]];
      const right = () => (batch.length > 0 ? byRows : whole)(b, [...batch, k, n]);
      return [
        byRows(a, [...batch, m, k]),
        packed ? contiguous(b, packedSize(k, n)) : right(),
        byRows(out, shape),
        byRows(added, shape),
        ...(rows ? [whole(rows, [m])] : []),
        ...(inner ? [whole(inner, [k])] : []),
      ];
    }
    case "pack":
      return [
        whole(instruction.input, instruction.shape),
        contiguous(instruction.out, packedSize(...instruction.shape)),
      ];
    case "reduce":
      return [
        byRows(instruction.input, [...instruction.shape, ...instruction.reduced]),
        byRows(instruction.out, instruction.shape),
      ];
    case "gather":
    case "scatterAdd": {
      const { shape, rows, indices } = instruction;
      const gathers = instruction.kind === "gather";
      const table = whole(gathers ? instruction.table : instruction.out, [rows, shape.at(-1)!]);
      return [table, byRows(indices, shape), byRows(gathers ? instruction.out : instruction.input, shape)];
    }
    case "copy":
      return [byRows(instruction.input, instruction.shape), byRows(instruction.out, instruction.shape)];
    case "random":
      return [contiguous(instruction.key, 2), contiguous(instruction.out, instruction.size)];
  }
}

/** Throws unless every view has the rank of what it walks through and stays in its slot, at all times of its `place`. */
export function requireInside(instruction: SimpleInstruction, place: Place, sizes: readonly number[]): void {
  const { rows = 0, blockRows = rows } = place;
  for (const { view, shape, byRows } of reachesOf(instruction)) {
    const inBlock = place.rows !== undefined && byRows && view.slot === SCRATCH;
    requireViewInside(view, inBlock ? [Math.min(rows, blockRows), ...shape.slice(1)] : shape, place.times, sizes);
  }
}

/** Throws unless a view of `shape` stays in its slot at `times` time indices. */
export function requireViewInside(view: View, shape: readonly number[], times: number, sizes: readonly number[]): void {
  const { offset, strides, timeStride, slot } = view;
  if (shape.length > MOST_DIMENSIONS) {
    throw misplaced(view, shape, `to have at most ${MOST_DIMENSIONS} dimensions`, `${shape.length}`);
  }
  if (strides.length !== shape.length)
    throw misplaced(view, shape, `to have ${shape.length} strides`, `${strides.length}`);
  if (shape.includes(0) || times === 0) return;
  const overTime = timeStride * (times - 1);
  let least = offset + Math.min(overTime, 0);
  let greatest = offset + Math.max(overTime, 0);
  for (let axis = 0; axis < shape.length; axis++) {
    const span = strides[axis]! * (shape[axis]! - 1);
    least += Math.min(span, 0);
    greatest += Math.max(span, 0);
  }
  const size = sizes[slot] ?? 0;
  // Written so that NaN and fractions fail too.
  const inside = Number.isInteger(least) && Number.isInteger(greatest) && least >= 0 && greatest < size;
  if (!inside) throw misplaced(view, shape, `to stay in its slot of ${size}`, `elements ${least} to ${greatest}`);
}

function misplaced(view: View, shape: readonly number[], expected: string, got: string): FormatError {
  return new FormatError(
    explain({ expected: `view ${JSON.stringify(view)} of shape [${shape.join(", ")}] ${expected}`, got }),
  );
}
