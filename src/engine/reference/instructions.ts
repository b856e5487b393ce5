/** What each instruction means. Every one loads all it reads, computes, and then stores. */
import { explain, FormatError } from "../../errors.ts";
import { showShape, sizeOf } from "../../graph/tensor.ts";
import {
  type CopyInstruction,
  type GatherInstruction,
  type MatmulInstruction,
  type PackInstruction,
  packedSize,
  type RandomInstruction,
  type ReduceInstruction,
  type ScatterAddInstruction,
  type SimpleInstruction,
  type View,
} from "../../program/format.ts";
import { runMap } from "./map.ts";
import { type Frame, load, locate, requireApart, store } from "./memory.ts";
import { uniform } from "./philox.ts";

/** Runs one instruction once. */
export function runInstruction(instruction: SimpleInstruction, frame: Frame): void {
  switch (instruction.kind) {
    case "map":
      runMap(instruction, rowsOf(instruction, frame), frame);
      break;
    case "matmul":
      runMatmul(instruction, rowsOf(instruction, frame), frame);
      break;
    case "reduce":
      runReduce(instruction, rowsOf(instruction, frame), frame);
      break;
    case "gather":
      runGather(instruction, rowsOf(instruction, frame), frame);
      break;
    case "copy":
      runCopy(instruction, rowsOf(instruction, frame), frame);
      break;
    case "pack":
      requireWholeBatch(instruction.kind, frame);
      runPack(instruction, frame);
      break;
    case "scatterAdd":
      requireWholeBatch(instruction.kind, frame);
      runScatterAdd(instruction, frame);
      break;
    case "random":
      requireWholeBatch(instruction.kind, frame);
      runRandom(instruction, frame);
      break;
  }
}

/** Throws in a rowwise scan: what the instruction makes does not belong to single rows. */
function requireWholeBatch(kind: string, { block }: Frame): void {
  if (block === undefined) return;
  throw new FormatError(explain({ expected: "a rowwise scan to hold work on independent rows", got: kind }));
}

/** The shape of an instruction in the frame: in a rowwise scan, dimension 0 must count all rows and is cut to the block. */
function rowsOf({ kind, shape }: { kind: string; shape: readonly number[] }, { block }: Frame): readonly number[] {
  if (block === undefined) return shape;
  if (shape[0] === block.total) return [block.rows, ...shape.slice(1)];
  const expected = `dimension 0 of each instruction of a rowwise scan to count its ${block.total} rows`;
  throw new FormatError(explain({ expected, got: `${kind} of shape ${showShape(shape)}` }));
}

/** The same place, read as elements that follow one another. */
function contiguous(view: View): View {
  return { ...view, strides: [1] };
}

function runMatmul(matmul: MatmulInstruction, shape: readonly number[], frame: Frame): void {
  const { k, packed, also } = matmul;
  if (also) {
    const { also: _, ...first } = matmul;
    runMatmul(first, shape, frame);
    runMatmul({ ...first, ...also, added: matmul.out }, shape, frame);
    return;
  }
  const batch = shape.slice(0, -2);
  const [m, n] = shape.slice(-2) as [number, number];
  // A packed operand is one row-major matrix here, the same for the whole batch; it has no rows of the batch to follow.
  const bView = packed ? { ...matmul.b, strides: [...batch.map(() => 0), n, 1] } : matmul.b;
  const aRegion = locate(matmul.a, [...batch, m, k], frame, true);
  const bRegion = locate(bView, [...batch, k, n], frame, batch.length > 0);
  const out = locate(matmul.out, shape, frame, true);
  requireApart(out, [aRegion, bRegion]);
  const added = matmul.added && locate(matmul.added, shape, frame, true);
  if (added) requireApart(out, [added], true);

  const countsOf = (view: View | undefined, size: number) => {
    if (view === undefined) return undefined;
    if (batch.length > 0 || frame.block) {
      throw new FormatError(
        explain({ expected: "a product of which parts are left out to stand alone", got: "another" }),
      );
    }
    return load(locate(view, [size], frame, false));
  };
  const rows = countsOf(matmul.rows, m);
  const inners = countsOf(matmul.inner, k);

  const a = load(aRegion);
  const b = load(bRegion);
  const product = added ? load(added) : new Float64Array(sizeOf(shape));
  for (let matrix = 0; matrix < sizeOf(batch); matrix++) {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0;
        for (let inner = 0; inner < k; inner++) {
          if (rows?.[row] === 0 || inners?.[inner] === 0) continue;
          sum += a[(matrix * m + row) * k + inner]! * b[(matrix * k + inner) * n + column]!;
        }
        product[(matrix * m + row) * n + column]! += sum;
      }
    }
  }
  store(out, product);
  if (!matmul.columnSums) return;
  const sums = locate(matmul.columnSums, [n], frame, false);
  requireApart(sums, [aRegion, bRegion, out]);
  const totals = new Float64Array(n);
  for (const [index, value] of b.entries()) totals[index % n]! += value;
  store(sums, totals);
}

/** The layout of a packed matrix in this engine is plain row-major; the room left over holds NaN. */
function runPack({ shape, input, out }: PackInstruction, frame: Frame): void {
  const source = locate(input, shape, frame, false);
  const target = locate(contiguous(out), [packedSize(...shape)], frame, false);
  requireApart(target, [source]);
  const packed = new Float64Array(target.places.length).fill(Number.NaN);
  packed.set(load(source));
  store(target, packed);
}

const folds: Record<ReduceInstruction["fold"], (values: Float64Array) => number> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
  argmax: (values) => values.reduce((best, value, index) => (value > values[best]! ? index : best), 0),
};

function runReduce(reduce: ReduceInstruction, shape: readonly number[], frame: Frame): void {
  const { fold, reduced, accumulate } = reduce;
  if (accumulate && fold !== "sum") {
    throw new FormatError(explain({ expected: "a reduce that accumulates to be a sum", got: fold }));
  }
  const input = locate(reduce.input, [...shape, ...reduced], frame, true);
  const out = locate(reduce.out, shape, frame, true);
  requireApart(out, [input]);
  const values = load(input);
  const length = sizeOf(reduced);
  const results = Float64Array.from(out.places, (_, index) =>
    folds[fold](values.subarray(index * length, (index + 1) * length)),
  );
  store(out, results, accumulate);
}

function runGather(gather: GatherInstruction, shape: readonly number[], frame: Frame): void {
  const width = shape.at(-1)!;
  const table = locate(gather.table, [gather.rows, width], frame, false);
  const indices = locate(gather.indices, shape, frame, true);
  const out = locate(gather.out, shape, frame, true);
  requireApart(out, [table, indices]);
  const rows = load(table);
  const picked = load(indices).map((row, index) =>
    row >= 0 && row < gather.rows ? rows[row * width + (index % width)]! : Number.NaN,
  );
  store(out, picked);
}

function runScatterAdd({ shape, rows, ...views }: ScatterAddInstruction, frame: Frame): void {
  const width = shape.at(-1)!;
  const input = locate(views.input, shape, frame, false);
  const indices = locate(views.indices, shape, frame, false);
  const out = locate(views.out, [rows, width], frame, false);
  requireApart(out, [input, indices]);
  const sums = new Float64Array(rows * width);
  const values = load(input);
  for (const [index, row] of load(indices).entries()) {
    if (row >= 0 && row < rows) sums[row * width + (index % width)]! += values[index]!;
  }
  store(out, sums);
}

function runCopy(copy: CopyInstruction, shape: readonly number[], frame: Frame): void {
  const input = locate(copy.input, shape, frame, true);
  const out = locate(copy.out, shape, frame, true);
  requireApart(out, [input]);
  store(out, load(input));
}

function runRandom({ size, stream, key, out }: RandomInstruction, frame: Frame): void {
  const words = load(locate(contiguous(key), [2], frame, false));
  store(locate(contiguous(out), [size], frame, false), uniform(size, stream, [words[0]!, words[1]!]));
}
