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

/** What stands in the place of a view that there is not. */
const noView = [0, 0, 0, 0] as const;

function encodeMatmul(
  words: number[],
  { shape, k, a, b, out, added, rows, inner, packed }: MatmulInstruction,
  rowwise: boolean,
): void {
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
  words.push(batch.length, rowwise && batch.length === 0 ? unit : 1, flags, m, n, k, ...batch);
  encodeView(words, a, aStrides);
  encodeView(words, b, bStrides);
  encodeView(words, out, outStrides);
  encodeView(words, added ?? out, addedStrides);
  if (rows) encodeView(words, rows);
  else words.push(...noView);
  if (inner) encodeView(words, inner);
  else words.push(...noView);
}

function encodeReduce(words: number[], reduce: ReduceInstruction, rowwise: boolean): void {
  const { fold, input, out, accumulate } = reduce;
  const rank = reduce.shape.length;
  const kept = mergeDimensions(reduce.shape, [input.strides.slice(0, rank), out.strides]);
  const reduced = mergeDimensions(reduce.reduced, [input.strides.slice(rank)]);
  // Where neighbours in memory belong to different results, these are made side by side.
  const byColumns = fold !== "argmax" && kept.shape.at(-1)! > 1 && kept.strides[0]!.at(-1) === 1;
  words.push(kept.shape.length, reduced.shape.length, rowwise ? kept.unit : 1, folds[fold], accumulate ? 1 : 0);
  words.push(byColumns ? 1 : 0, ...kept.shape, ...reduced.shape);
  encodeView(words, input, [...kept.strides[0]!, ...reduced.strides[0]!]);
  encodeView(words, out, kept.strides[1]!);
}

function encodeGather(words: number[], gather: GatherInstruction | ScatterAddInstruction): void {
  const { shape, rows, indices } = gather;
  const [table, values] = gather.kind === "gather" ? [gather.table, gather.out] : [gather.out, gather.input];
  words.push(shape.length, 1, rows, ...shape);
  for (const view of [table, indices, values]) encodeView(words, view);
}

function encodeCopy(words: number[], { shape, input, out }: CopyInstruction, rowwise: boolean): void {
  const merged = mergeDimensions(shape, [input.strides, out.strides]);
  words.push(merged.shape.length, rowwise ? merged.unit : 1, ...merged.shape);
  encodeView(words, input, merged.strides[0]!);
  encodeView(words, out, merged.strides[1]!);
}

function encodeBody(words: number[], instruction: SimpleInstruction, rowwise: boolean): void {
  switch (instruction.kind) {
    case "map":
      encodeMap(words, instruction, rowwise);
      break;
    case "matmul":
      encodeMatmul(words, instruction, rowwise);
      break;
    case "reduce":
      encodeReduce(words, instruction, rowwise);
      break;
    case "gather":
    case "scatterAdd":
      encodeGather(words, instruction);
      break;
    case "copy":
      encodeCopy(words, instruction, rowwise);
      break;
    case "pack":
      words.push(...instruction.shape);
      encodeView(words, instruction.input);
      encodeView(words, instruction.out, [1]);
      break;
    case "random":
      words.push(instruction.size, instruction.stream);
      encodeView(words, instruction.key, [1]);
      encodeView(words, instruction.out, [1]);
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

/** Encodes instructions one after another into one list of words. */
class Encoder {
  readonly words: number[] = [];
  readonly #sizes: readonly number[];

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }

  encodeAll(instructions: readonly Instruction[], times: number): void {
    for (const x of instructions) {
      if (x.kind === "scan") this.#scan(x);
      else if (x.kind === "loop") this.#loop(x);
      else this.#simple(x, { times });
    }
  }

  /** Code and length go in front of what `encode` adds. */
  #framed(code: number, encode: () => void): void {
    const start = this.words.length;
    this.words.push(code, 0);
    encode();
    this.words[start + 1] = this.words.length - start;
  }

  #simple(instruction: SimpleInstruction, place: Place): void {
    requireInside(instruction, place, this.#sizes);
    if (place.rows !== undefined) requireRows(instruction, place.rows);
    this.#framed(codes[instruction.kind], () => encodeBody(this.words, instruction, place.rows !== undefined));
  }

  #loop({ steps, reverse, body }: LoopInstruction): void {
    this.#framed(codes.loop, () => {
      this.words.push(steps, reverse ? 1 : 0);
      this.encodeAll(body, steps);
    });
  }

  #scan(scan: ScanInstruction): void {
    const { steps, rows, blockRows, rowwise, reverse, idle } = scan;
    if (idle) requireIdle(scan, idle, this.#sizes);
    const { words } = this;
    this.#framed(codes.scan, () => {
      words.push(steps, rows, rowwise ? blockRows : 0, reverse ? 1 : 0);
      const lengths = words.length;
      words.push(0, 0, 0, 0);
      if (idle) encodeView(words, idle.mask);
      else words.push(...noView);
      const sections = [scan.before, scan.body, scan.after, idle?.body ?? []];
      for (let section = 0; section < sections.length; section++) {
        const start = words.length;
        const times = section % 2 === 1 ? steps : 1;
        const place: Place = rowwise ? { times, rows, blockRows } : { times };
        for (const instruction of sections[section]!) this.#simple(instruction, place);
        words[lengths + section] = words.length - start;
      }
    });
  }
}

/**
 * Encodes a program for the C engine.
 * @throws FormatError where a view leaves its slot, for the C engine does not look.
 */
export function encode(program: Program): Int32Array {
  const encoder = new Encoder(slotSizes(program));
  encoder.encodeAll(program.instructions, 1);
  encoder.words.push(codes.end);
  return Int32Array.from(encoder.words);
}
