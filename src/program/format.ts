/**
 * The program: what the compiler makes and an engine runs. Plain data: a list of instructions over numbered slots of
 * memory. A whole training step is one program and one call.
 *
 * Memory. Every operand lies in a slot at an offset, counted in elements of 4 bytes (8 in the reference engine).
 * Slot 0 is the arena, planned by the compiler, whose contents do not outlive a run. Slot 1 holds the program's
 * constants. Slot 2 is the scratch of a scan, private to the block of rows being run. From slot 3 on come the bindings:
 * inputs, variables and outputs, buffers that the caller owns and passes to each run.
 *
 * int32 values lie in the same memory as whole 32-bit words.
 */
import type { ElementwiseName } from "../graph/op.ts";
import type { DType } from "../graph/tensor.ts";

export const ARENA = 0;
export const CONSTANTS = 1;
export const SCRATCH = 2;
export const FIRST_BINDING = 3;

/**
 * Where an operand lies. The element at index (i, j, …) of the instruction's shape is at
 * `offset + i·strides[0] + j·strides[1] + …`, plus `t·timeStride` at time index t of the innermost scan or loop.
 */
export interface View {
  readonly slot: number;
  readonly offset: number;
  /** One per dimension of the instruction's shape, in elements; 0 repeats the value (broadcast), negative walks back. */
  readonly strides: readonly number[];
  /** Elements between the values of consecutive time indices; 0 outside a scan and for what does not change with time. */
  readonly timeStride: number;
  readonly dtype: DType;
}

/** An operand of one step of a map: an input, an earlier step's value, or a number. */
export type MapOperand =
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "value"; readonly index: number }
  | { readonly kind: "number"; readonly value: number };

export interface MapStep {
  readonly op: ElementwiseName;
  readonly operands: readonly MapOperand[];
}

/**
 * A fused chain of elementwise work over `shape`: step k makes value k; `outputs` are stored. A map may write the very
 * elements that it reads (same view): every engine reads a block of all inputs before it stores that block.
 */
export interface MapInstruction {
  readonly kind: "map";
  readonly shape: readonly number[];
  readonly inputs: readonly View[];
  readonly steps: readonly MapStep[];
  readonly outputs: readonly { readonly view: View; readonly from: MapOperand }[];
}

/** Two matrices to multiply: [m, k] and [k, n]. */
export interface Factors {
  readonly k: number;
  readonly a: View;
  readonly b: View;
}

/**
 * out[…, m, n] = added[…, m, n] + Σ_k a[…, m, k] · b[…, k, n]; `added` may be `out` itself, or lies apart from it.
 * `shape` is [...batch, m, n]; strides of `a` are [...batch, m, k], of `b` [...batch, k, n], of the others [...batch, m, n].
 * With `packed`, `b` is the output of a `pack` instruction, one matrix for the whole batch, and its strides are [].
 */
export interface MatmulInstruction extends Factors {
  readonly kind: "matmul";
  readonly shape: readonly number[];
  readonly out: View;
  /** @default nothing is added */
  readonly added?: View;
  /**
   * One number for each row m, strides [row]: where it is 0, row m of `a` is all zeros, and its work can be left out.
   * Only without batch dimensions, outside of scans.
   */
  readonly rows?: View;
  /** The same for each k: where it is 0, column k of `a` or row k of `b` is. Not with `packed`. */
  readonly inner?: View;
  readonly packed: boolean;
  /**
   * A second product of the same shape, whose sum goes on where that of the first has ended. Only with `packed`, which it
   * is too, without batch dimensions.
   */
  readonly also?: Factors;
  /**
   * Where the sums of the columns of `b` go, which is read anyway: strides [column], and that is 1 here and in `out`. Not
   * with `packed`, `rows`, `inner` or batch dimensions, nor in a rowwise scan.
   */
  readonly columnSums?: View;
}

/**
 * Rearranges a matrix [k, n] into the engine's own layout for the right operand of a product, to be used many times.
 * `out` has room for `packedSize(k, n)` elements; what lies there is the engine's affair, and its strides are [].
 */
export interface PackInstruction {
  readonly kind: "pack";
  readonly shape: readonly [k: number, n: number];
  readonly input: View;
  readonly out: View;
}

/**
 * out[outer] = fold over `reduced` of input[outer, reduced], added to what is there when `accumulate` (sum only).
 * Strides of `input` are [...shape, ...reduced], of `out` [...shape]. Over no elements sum gives 0 and max −∞.
 * argmax counts row-major within `reduced`, takes the first of equals, never a NaN unless it comes first, and gives int32.
 */
export interface ReduceInstruction {
  readonly kind: "reduce";
  readonly fold: "sum" | "max" | "argmax";
  readonly shape: readonly number[];
  readonly reduced: readonly number[];
  readonly input: View;
  readonly out: View;
  readonly accumulate: boolean;
}

/**
 * out[…, j] = table[indices[…], j], for j in 0 … width−1. `shape` is [...count, width]; strides of `indices` are
 * [...count, 0], of `out` [...count, 1] in general form, of `table` [row, column]. An index outside 0 … rows−1 gives NaN.
 */
export interface GatherInstruction {
  readonly kind: "gather";
  readonly shape: readonly number[];
  readonly rows: number;
  readonly table: View;
  readonly indices: View;
  readonly out: View;
}

/**
 * The reverse of gather: out[rows, width] is set to 0, then out[indices[…], j] += input[…, j] in row-major order.
 * `shape` is [...count, width], strides of `input` [...count, width], `indices` [...count, 0], `out` [row, column].
 * Indices outside 0 … rows−1 are skipped.
 */
export interface ScatterAddInstruction {
  readonly kind: "scatterAdd";
  readonly shape: readonly number[];
  readonly rows: number;
  readonly input: View;
  readonly indices: View;
  readonly out: View;
}

export interface CopyInstruction {
  readonly kind: "copy";
  readonly shape: readonly number[];
  readonly input: View;
  readonly out: View;
}

/**
 * Uniform numbers in [0, 1), `size` of them, contiguous. Counter-based: element i depends only on the two key words in
 * `key` (int32[2]), on `stream` and on i, by Philox 4x32-10 (Salmon et al. 2011) with key = (key[0], key[1]) and counter
 * (⌊i/4⌋, stream, 0, 0); word i mod 4 of the block, shifted right by 8, times 2⁻²⁴. Every engine gives the same bits.
 * `key` and `out` are contiguous.
 */
export interface RandomInstruction {
  readonly kind: "random";
  readonly size: number;
  readonly stream: number;
  readonly key: View;
  readonly out: View;
}

/**
 * Runs `body` once per time index t = 0 … steps−1 (steps−1 … 0 when `reverse`), after `before` and followed by `after`.
 *
 * With `rowwise`, dimension 0 of every instruction's shape (for `matmul` without batch dimensions that is m) counts the
 * rows of the batch and rows are independent: an engine runs blocks of at most `blockRows` rows through all steps, in
 * any order and on any thread. For a block that begins at row r, operands in slots other than SCRATCH start
 * r·strides[0] later, and dimension 0 shrinks to the rows of the block; the right operand of a `matmul` without batch
 * dimensions and the table of a `gather` serve all rows and stay where they are. Without `rowwise` there is one block, the whole
 * batch, and instructions run as they stand.
 *
 * `before` and `after` run once per block, with t = 0.
 *
 * With `idle`, only in a rowwise scan, its instructions run in the place of the body for the rows of a block before the
 * first and after the last that counts at this time index, those of which the mask is not 0. They leave the same numbers
 * there as the body would, with less work.
 */
export interface ScanInstruction {
  readonly kind: "scan";
  readonly steps: number;
  readonly rows: number;
  readonly blockRows: number;
  readonly rowwise: boolean;
  readonly reverse: boolean;
  readonly before: readonly SimpleInstruction[];
  readonly body: readonly SimpleInstruction[];
  readonly after: readonly SimpleInstruction[];
  readonly idle?: Idle;
}

/** What is left of a scan's body where a step does not count. */
export interface Idle {
  /** One number for each row; strides [row]. */
  readonly mask: View;
  readonly body: readonly SimpleInstruction[];
}

/**
 * Runs `body` once per time index t = 0 … steps−1 (steps−1 … 0 when `reverse`), each instruction as it stands, on all
 * rows: a scan over segments of time, whose steps hold scans and loops. These count their own time and know nothing of
 * this one: what they touch does not move with it.
 */
export interface LoopInstruction {
  readonly kind: "loop";
  readonly steps: number;
  readonly reverse: boolean;
  readonly body: readonly Instruction[];
}

export type SimpleInstruction =
  | MapInstruction
  | MatmulInstruction
  | PackInstruction
  | ReduceInstruction
  | GatherInstruction
  | ScatterAddInstruction
  | CopyInstruction
  | RandomInstruction;

export type Instruction = SimpleInstruction | ScanInstruction | LoopInstruction;

/** A buffer that the caller passes to each run; binding i is slot `FIRST_BINDING + i`. */
export interface Binding {
  readonly name: string;
  readonly role: "input" | "variable" | "output";
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Numbers placed in slot CONSTANTS when a program is loaded. */
export interface Constant {
  readonly offset: number;
  readonly dtype: DType;
  readonly values: ArrayLike<number>;
}

export interface Program {
  /** Elements of slot 0, 1 and 2. */
  readonly arenaSize: number;
  readonly constantsSize: number;
  readonly scratchSize: number;
  readonly constants: readonly Constant[];
  readonly bindings: readonly Binding[];
  readonly instructions: readonly Instruction[];
}

/** Widest panel any engine packs: `packedSize` leaves room for n rounded up to this. */
export const PACK_WIDTH = 32;

/** Elements that a packed [k, n] matrix may take in any engine. */
export function packedSize(k: number, n: number): number {
  return k * Math.ceil(n / PACK_WIDTH) * PACK_WIDTH;
}
