/**
 * Programs in 32-bit words, as the C engine in `kernels/` reads them: instructions one after another, each
 * [code, length in words, …], ended by a 0. The words of each kind of instruction are listed in the C file that runs it.
 */
import { explain, FormatError } from "../errors.ts";
import { Place, slotSizes } from "./bounds.ts";
import { mergeDimensions } from "./dimensions.ts";
import { encodeMap } from "./encode-map.ts";
import { encodeMatmul } from "./encode-matmul.ts";
import { encodeOptional, encodeView } from "./encode-view.ts";
import { type Instruction, type Program, packedSize } from "./format.ts";

type Kind = Instruction["kind"];

/**
 * Adds everything after code and length of an instruction to `words`.
 * @throws FormatError unless the place holds all views
 */
type Encoder<I extends Instruction> = (words: number[], instruction: I, place: Place) => void;

export type Encoders = { readonly [K in Kind]: Encoder<Extract<Instruction, { kind: K }>> };

/** The codes of `kernels/program.h`: the places in this list, from 1 on; 0 is the end. */
const kinds: readonly Kind[] = [
  "map",
  "matmul",
  "pack",
  "reduce",
  "gather",
  "scatterAdd",
  "copy",
  "random",
  "scan",
  "loop",
];

const folds = ["sum", "max", "argmax"] as const;

const encoders: Partial<Encoders> = {
  map: encodeMap,
  matmul: encodeMatmul,

  pack(words, { shape, input, out }, place) {
    place.holds(input, shape);
    place.holdsInOne(out, packedSize(...shape));
    words.push(...shape);
    encodeView(words, input);
    encodeView(words, out, [1]);
  },

  reduce(words, { fold, shape, reduced: folded, input, out, accumulate }, place) {
    place.holdsRows(input, [...shape, ...folded]);
    place.holdsRows(out, shape);
    const rank = shape.length;
    const kept = mergeDimensions(shape, [input.strides.slice(0, rank), out.strides]);
    const reduced = mergeDimensions(folded, [input.strides.slice(rank)]);
    // Where neighbours in memory belong to different results, these are made side by side.
    const byColumns = fold !== "argmax" && kept.shape.at(-1)! > 1 && kept.strides[0]!.at(-1) === 1;
    words.push(kept.shape.length, reduced.shape.length, place.unit(kept.unit), folds.indexOf(fold), accumulate ? 1 : 0);
    words.push(byColumns ? 1 : 0, ...kept.shape, ...reduced.shape);
    encodeView(words, input, [...kept.strides[0]!, ...reduced.strides[0]!]);
    encodeView(words, out, kept.strides[1]!);
  },

  copy(words, { shape, input, out }, place) {
    place.holdsRows(input, shape);
    place.holdsRows(out, shape);
    const merged = mergeDimensions(shape, [input.strides, out.strides]);
    words.push(merged.shape.length, place.unit(merged.unit), ...merged.shape);
    encodeView(words, input, merged.strides[0]!);
    encodeView(words, out, merged.strides[1]!);
  },

  scan(words, { steps, rows, blockRows, rowwise, reverse, before, body, after, idle }, place) {
    words.push(steps, rows, rowwise ? blockRows : 0, reverse ? 1 : 0);
    const lengths = words.length;
    words.push(0, 0, 0, 0);
    if (idle && !rowwise)
      throw new FormatError(explain({ expected: "a scan with `idle` to be rowwise", got: "another" }));
    if (idle) place.inside(steps).holds(idle.mask, [rows]);
    encodeOptional(words, idle?.mask);
    const sections = [before, body, after, idle?.body ?? []];
    for (let section = 0; section < sections.length; section++) {
      const start = words.length;
      const times = section % 2 === 1 ? steps : 1;
      encodeAll(words, sections[section]!, rowwise ? place.inside(times, rows, blockRows) : place.inside(times));
      words[lengths + section] = words.length - start;
    }
  },
};

/** Makes known how instructions of more kinds are encoded. */
export function addEncoders(more: Partial<Encoders>): void {
  Object.assign(encoders, more);
}

/** Adds instructions one after another. */
export function encodeAll(words: number[], instructions: readonly Instruction[], place: Place): void {
  for (const instruction of instructions) {
    const { kind } = instruction;
    if (place.rows !== undefined) requireRows(instruction, place.rows);
    const start = words.length;
    words.push(kinds.indexOf(kind) + 1, 0);
    (encoders[kind] as Encoder<Instruction>)(words, instruction, place);
    words[start + 1] = words.length - start;
  }
}

function requireRows(instruction: Instruction, rows: number): void {
  const { kind } = instruction;
  const independent = "shape" in instruction && kind !== "pack" && kind !== "scatterAdd";
  if (independent && instruction.shape[0] === rows) return;
  const expected = `a rowwise scan to hold work on each of its ${rows} rows`;
  const got = independent ? `${kind} of shape [${instruction.shape.join(", ")}]` : kind;
  throw new FormatError(explain({ expected, got }));
}

/**
 * Encodes a program for the C engine.
 * @throws FormatError where a view leaves its slot, for the C engine does not look.
 */
export function encode(program: Program): Int32Array {
  const words: number[] = [];
  encodeAll(words, program.instructions, new Place(slotSizes(program)));
  words.push(0);
  return Int32Array.from(words);
}
