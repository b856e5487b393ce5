/**
 * Programs in 32-bit words, as the C engine in `kernels/` reads them: instructions one after another, each
 * [code, length in words, …], ended by a 0. The words of each kind of instruction are listed in the C file that runs it.
 */
import { explain, FormatError } from "../errors.ts";
import { type Place, requireInside, requireViewInside, slotSizes } from "./bounds.ts";
import { mergeDimensions } from "./dimensions.ts";
import { encodeMap } from "./encode-map.ts";
import { encodeView } from "./encode-view.ts";
import type {
  CopyInstruction,
  GatherInstruction,
  Idle,
  Instruction,
  LoopInstruction,
  MatmulInstruction,
  Program,
  ReduceInstruction,
  ScanInstruction,
  ScatterAddInstruction,
  SimpleInstruction,
} from "./format.ts";

/** The codes of `kernels/program.h`. */
const codes = {
  end: 0,
  map: 1,
  matmul: 2,
  pack: 3,
  reduce: 4,
  gather: 5,
  scatterAdd: 6,
  copy: 7,
  random: 8,
  scan: 9,
  loop: 10,
} as const;

const folds: Readonly<Record<ReduceInstruction["fold"], number>> = { sum: 0, max: 1, argmax: 2 };

function encodeMatmul(
  { shape, k, a, b, out, added, rows, inner, packed }: MatmulInstruction,
  rowwise: boolean,
): number[] {
  const batch = shape.slice(0, -2);
  const n = shape.at(-1)!;
  let m = shape.at(-2)!;
  const aStrides = [...a.strides];
  const bStrides = packed ? shape.map(() => 0) : [...b.strides];
  const outStrides = [...out.strides];
  const addedStrides = [...(added ?? out).strides];
  let unit = 1;
  // A batch dimension in which b repeats is more rows of a, where these follow one another.
  while (batch.length > 0) {
    const axis = batch.length - 1;
    const size = batch[axis]!;
    const follows = [aStrides, outStrides, addedStrides].every((strides) => strides[axis] === m * strides[axis + 1]!);
    if (bStrides[axis] !== 0 || !(size === 1 || m === 1 || follows)) break;
    for (const strides of [aStrides, outStrides, addedStrides]) strides.splice(m === 1 ? axis + 1 : axis, 1);
    bStrides.splice(axis, 1);
    unit = m;
    m *= size;
    batch.pop();
  }
  const flags = (added ? 1 : 0) + (packed ? 2 : 0) + (rows ? 4 : 0) + (inner ? 8 : 0);
  return [
    batch.length,
    rowwise && batch.length === 0 ? unit : 1,
    flags,
    m,
    n,
    k,
    ...batch,
    ...encodeView(a, aStrides),
    ...encodeView(b, bStrides),
    ...encodeView(out, outStrides),
    ...encodeView(added ?? out, addedStrides),
    ...(rows ? encodeView(rows) : [0, 0, 0, 0]),
    ...(inner ? encodeView(inner) : [0, 0, 0, 0]),
  ];
}

function encodeReduce(reduce: ReduceInstruction, rowwise: boolean): number[] {
  const { fold, input, out, accumulate } = reduce;
  const rank = reduce.shape.length;
  const kept = mergeDimensions(reduce.shape, [input.strides.slice(0, rank), out.strides]);
  const reduced = mergeDimensions(reduce.reduced, [input.strides.slice(rank)]);
  // Where neighbours in memory belong to different results, these are made side by side.
  const byColumns = fold !== "argmax" && kept.shape.at(-1)! > 1 && kept.strides[0]!.at(-1) === 1;
  return [
    kept.shape.length,
    reduced.shape.length,
    rowwise ? kept.unit : 1,
    folds[fold],
    accumulate ? 1 : 0,
    byColumns ? 1 : 0,
    ...kept.shape,
    ...reduced.shape,
    ...encodeView(input, [...kept.strides[0]!, ...reduced.strides[0]!]),
    ...encodeView(out, kept.strides[1]!),
  ];
}

function encodeGather(gather: GatherInstruction | ScatterAddInstruction): number[] {
  const { shape, rows, indices } = gather;
  const [table, values] = gather.kind === "gather" ? [gather.table, gather.out] : [gather.out, gather.input];
  const views = [table, indices, values].flatMap((view) => encodeView(view));
  return [shape.length, 1, rows, ...shape, ...views];
}

function encodeCopy({ shape, input, out }: CopyInstruction, rowwise: boolean): number[] {
  const merged = mergeDimensions(shape, [input.strides, out.strides]);
  return [
    merged.shape.length,
    rowwise ? merged.unit : 1,
    ...merged.shape,
    ...encodeView(input, merged.strides[0]!),
    ...encodeView(out, merged.strides[1]!),
  ];
}

function encodeBody(instruction: SimpleInstruction, rowwise: boolean): number[] {
  switch (instruction.kind) {
    case "map":
      return encodeMap(instruction, rowwise);
    case "matmul":
      return encodeMatmul(instruction, rowwise);
    case "reduce":
      return encodeReduce(instruction, rowwise);
    case "gather":
    case "scatterAdd":
      return encodeGather(instruction);
    case "copy":
      return encodeCopy(instruction, rowwise);
    case "pack":
      return [...instruction.shape, ...encodeView(instruction.input), ...encodeView(instruction.out, [1])];
    case "random":
      return [
        instruction.size,
        instruction.stream,
        ...encodeView(instruction.key, [1]),
        ...encodeView(instruction.out, [1]),
      ];
  }
}

function requireRows(instruction: SimpleInstruction, rows: number): void {
  const { kind } = instruction;
  const independent = kind !== "pack" && kind !== "scatterAdd" && kind !== "random";
  if (independent && instruction.shape[0] === rows) return;
  const expected = `a rowwise scan to hold work on each of its ${rows} rows`;
  const got = independent ? `${kind} of shape [${instruction.shape.join(", ")}]` : kind;
  throw new FormatError(explain({ expected, got }));
}

function requireIdle({ steps, rows, rowwise }: ScanInstruction, { mask }: Idle, sizes: readonly number[]): void {
  if (!rowwise) throw new FormatError(explain({ expected: "a scan with `idle` to be rowwise", got: "another" }));
  requireViewInside(mask, [rows], steps, sizes);
}

/**
 * Encodes a program for the C engine.
 * @throws FormatError where a view leaves its slot, for the C engine does not look.
 */
export function encode(program: Program): Int32Array {
  const sizes = slotSizes(program);

  const encodeOne = (instruction: SimpleInstruction, place: Place): number[] => {
    requireInside(instruction, place, sizes);
    if (place.rows !== undefined) requireRows(instruction, place.rows);
    const body = encodeBody(instruction, place.rows !== undefined);
    return [codes[instruction.kind], body.length + 2, ...body];
  };

  const encodeScan = (scan: ScanInstruction): number[] => {
    const { steps, rows, blockRows, rowwise, reverse, idle } = scan;
    const section = (instructions: readonly SimpleInstruction[], times: number): number[] => {
      const place: Place = rowwise ? { times, rows, blockRows } : { times };
      return instructions.flatMap((instruction) => encodeOne(instruction, place));
    };
    const sections = [scan.before, scan.body, scan.after, idle?.body ?? []].map((instructions, index) =>
      section(instructions, index % 2 === 1 ? steps : 1),
    );
    if (idle) requireIdle(scan, idle, sizes);
    const mask = idle ? encodeView(idle.mask) : [0, 0, 0, 0];
    const head = [steps, rows, rowwise ? blockRows : 0, reverse ? 1 : 0];
    const body = [...head, ...sections.map((words) => words.length), ...mask, ...sections.flat()];
    return [codes.scan, body.length + 2, ...body];
  };

  const encodeAll = (instructions: readonly Instruction[], times: number): number[] =>
    instructions.flatMap((x) => {
      if (x.kind === "scan") return encodeScan(x);
      return x.kind === "loop" ? encodeLoop(x) : encodeOne(x, { times });
    });

  const encodeLoop = ({ steps, reverse, body }: LoopInstruction): number[] => {
    const inside = encodeAll(body, steps);
    return [codes.loop, inside.length + 4, steps, reverse ? 1 : 0, ...inside];
  };

  const words = encodeAll(program.instructions, 1);
  return Int32Array.from([...words, codes.end]);
}
