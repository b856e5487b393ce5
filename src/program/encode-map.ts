/** Maps in words: which inputs are read in place, and where the values between steps lie. */
import type { Place } from "./bounds.ts";
import { mergeDimensions } from "./dimensions.ts";
import { encodeView } from "./encode-view.ts";
import type { MapInstruction, MapOperand, View } from "./format.ts";
import { type Step, stepsOf, worksInPlace } from "./map-steps.ts";

/** Elements of the tiles through which a chain of steps runs: a handful of them stay in the nearest cache. */
export const TILE = 1024;

/** Rows of at least this many elements are read and written where they lie: as many as the widest vector holds. */
const WIDE_ROW = 16;

const IN_PLACE = 0;
const LOADED = 1;
const SINGLE = 2;

/** Where a value lies while a tile runs: the kinds are numbered one after another in the words. */
interface Location {
  readonly kind: "register" | "number" | "input" | "output";
  readonly index: number;
}

/** Hands out registers, the lowest that is free first. */
class Registers {
  readonly #free: number[] = [];
  count = 0;

  take(): number {
    return this.#free.pop() ?? this.count++;
  }

  giveBack(registers: readonly number[]): void {
    for (let i = 0; i < registers.length; i++) this.#free.push(registers[i]!);
  }
}

/** Whether views of the same shape may share memory, whatever the time index. */
function mayOverlap(a: View, b: View, shape: readonly number[]): boolean {
  if (a.slot !== b.slot) return false;
  if (a.timeStride !== b.timeStride) return true;
  const isNear = reach(a, shape, -1) <= reach(b, shape, 1) && reach(b, shape, -1) <= reach(a, shape, 1);
  return isNear && !areBesides(a, b, shape);
}

/** Whether two views take different columns of the same rows. */
function areBesides(a: View, b: View, shape: readonly number[]): boolean {
  const last = shape.length - 1;
  const row = a.strides[last - 1] ?? 0;
  if (row <= 0 || a.timeStride % row !== 0) return false;
  for (let axis = 0; axis < last; axis++)
    if (a.strides[axis]! % row !== 0 || b.strides[axis]! % row !== 0) return false;
  if (a.strides[last] !== 1 || b.strides[last] !== 1) return false;
  const [first, second] = [Math.min(a.offset % row, b.offset % row), Math.max(a.offset % row, b.offset % row)];
  return first + shape[last]! <= second && second + shape[last]! <= row;
}

/** The last element of a view in one direction. */
function reach({ offset, strides }: View, shape: readonly number[], sign: 1 | -1): number {
  let end = offset;
  for (let axis = 0; axis < strides.length; axis++) {
    const span = strides[axis]! * (shape[axis]! - 1);
    if (span * sign > 0) end += span;
  }
  return end;
}

/** The position among the steps of the last use of each input and value; −1 for what is not used. */
interface Uses {
  readonly inputUses: readonly number[];
  readonly valueUses: readonly number[];
}

function usesOf(map: MapInstruction, steps: readonly Step[]): Uses {
  const inputUses = new Array<number>(map.inputs.length).fill(-1);
  const valueUses = new Array<number>(map.steps.length).fill(-1);
  const use = (operand: MapOperand, position: number): void => {
    if (operand.kind === "input") inputUses[operand.index] = position;
    if (operand.kind === "value") valueUses[operand.index] = position;
  };
  for (let position = 0; position < steps.length; position++) {
    const { operands } = steps[position]!;
    for (let i = 0; i < operands.length; i++) use(operands[i]!, position);
  }
  // Outputs are stored after all steps.
  for (const { from } of map.outputs) use(from, steps.length);
  return { inputUses, valueUses };
}

const singleFloat = new Float32Array(1);
const singleWord = new Int32Array(singleFloat.buffer);

/** The 32 bits of a number. */
function bitsOf(value: number, dtype: "float32" | "int32"): number {
  if (dtype === "int32") return value | 0;
  singleFloat[0] = value;
  return singleWord[0]!;
}

/** Tiles of a map, and how each view walks through them. */
interface Tiles {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  /** Of the rows of the instruction before dimensions were merged. */
  readonly unit: number;
  readonly inner: number;
  readonly rows: number;
  readonly columns: number;
}

function tilesOf(map: MapInstruction): Tiles {
  const views: (readonly number[])[] = [];
  for (const { strides } of map.inputs) views.push(strides);
  for (const { view } of map.outputs) views.push(view.strides);
  const { shape, strides, unit } = mergeDimensions(map.shape, views);
  const inner = shape.at(-1)!;
  // Short rows are joined to tiles of several rows, long ones cut.
  const rows = shape.length === 1 || inner >= TILE / 2 ? 1 : Math.floor(TILE / Math.max(inner, 1));
  return { shape, strides, unit, inner, rows, columns: rows === 1 ? TILE : inner };
}

/** Whether a view's rows lie one after another in each tile, or are worth an operation each. */
function hasRows({ strides, rows, inner }: Tiles, view: number): boolean {
  const own = strides[view]!;
  const row = own.at(-2);
  return own.at(-1) === 1 && (rows === 1 || row === inner || inner >= WIDE_ROW);
}

/** How an input is read. */
function modeOf(map: MapInstruction, tiles: Tiles, steps: readonly Step[], { inputUses }: Uses, index: number): number {
  const { strides } = tiles;
  const own = strides[index]!;
  let repeats = true;
  for (let axis = 0; axis < own.length; axis++) repeats &&= own[axis] === 0;
  if (repeats) return SINGLE;
  if (!hasRows(tiles, index)) return LOADED;
  // An input that an output stores is read last, when other outputs are already stored.
  const stored = inputUses[index] === steps.length;
  const view = map.inputs[index]!;
  return stored && map.outputs.some((output) => mayOverlap(view, output.view, map.shape)) ? LOADED : IN_PLACE;
}

/** Adds everything after code and length to `words`. */
export function encodeMap(words: number[], map: MapInstruction, place: Place): void {
  for (const view of map.inputs) place.holdsRows(view, map.shape);
  for (const { view } of map.outputs) place.holdsRows(view, map.shape);
  const tiles = tilesOf(map);
  const { shape, strides } = tiles;
  const { inputs, outputs } = map;
  const steps = stepsOf(map);
  const uses = usesOf(map, steps);
  const { inputUses, valueUses } = uses;
  const modes: number[] = [];
  for (let index = 0; index < inputs.length; index++) modes.push(modeOf(map, tiles, steps, uses, index));

  const registers = new Registers();
  const inputRegisters: number[] = [];
  for (let index = 0; index < inputs.length; index++) {
    inputRegisters.push(modes[index] === LOADED ? registers.take() : 0);
  }
  const outputRegisters = new Array<number>(outputs.length).fill(0);
  const direct = new Array<boolean>(outputs.length).fill(false);
  const outputOf = new Array<number>(map.steps.length).fill(-1);
  for (let index = outputs.length - 1; index >= 0; index--) {
    const { from } = outputs[index]!;
    if (from.kind === "value") outputOf[from.index] = index;
  }
  const values: Location[] = [];
  const numbers: number[] = [];
  const locate = (operand: MapOperand, dtype: "float32" | "int32"): Location => {
    if (operand.kind === "value") return values[operand.index]!;
    if (operand.kind === "input") return { kind: "input", index: operand.index };
    const bits = bitsOf(operand.value, dtype);
    if (!numbers.includes(bits)) numbers.push(bits);
    return { kind: "number", index: numbers.indexOf(bits) };
  };

  /** The register of an operand that is used for the last time; −1 for any other. */
  const endingRegister = (operand: MapOperand, position: number): number => {
    if (operand.kind === "number") return -1;
    if (operand.kind === "input") {
      const ends = modes[operand.index] === LOADED && inputUses[operand.index] === position;
      return ends ? inputRegisters[operand.index]! : -1;
    }
    const { kind, index } = values[operand.index]!;
    return kind === "register" && valueUses[operand.index] === position ? index : -1;
  };

  const encoded: { readonly code: number; readonly to: Location; readonly from: readonly Location[] }[] = [];
  for (let position = 0; position < steps.length; position++) {
    const { code, operands, dtype, index } = steps[position]!;
    const from: Location[] = [];
    const ending: number[] = [];
    for (let i = 0; i < operands.length; i++) {
      from.push(locate(operands[i]!, dtype));
      const register = endingRegister(operands[i]!, position);
      if (register >= 0 && !ending.includes(register)) ending.push(register);
    }
    // The result may take the place of an operand that no later step uses, if the op reads ahead of what it writes.
    const isInPlace = worksInPlace(code);
    if (isInPlace) registers.giveBack(ending);
    const register = registers.take();
    if (!isInPlace) registers.giveBack(ending);
    const output = outputOf[index]!;
    const to: Location = output < 0 ? { kind: "register", index: register } : { kind: "output", index: output };
    values[index] = to;
    encoded.push({ code, to, from });
    if (output < 0) continue;
    outputRegisters[output] = register;
    // The step may write straight to the output unless what lies there is read later.
    const { view } = outputs[output]!;
    const lastRead = isInPlace ? position : position - 1;
    let isDirect = hasRows(tiles, inputs.length + output);
    for (let i = 0; i < inputs.length && isDirect; i++) {
      isDirect = modes[i] !== IN_PLACE || inputUses[i]! <= lastRead || !mayOverlap(inputs[i]!, view, map.shape);
    }
    direct[output] = isDirect;
  }
  const sources: Location[] = [];
  for (let index = 0; index < outputs.length; index++) {
    const { from, view } = outputs[index]!;
    if (from.kind !== "value") outputRegisters[index] = registers.take();
    sources.push(locate(from, view.dtype));
  }

  const firstInput = registers.count + numbers.length;
  const first = { register: 0, number: registers.count, input: firstInput, output: firstInput + inputs.length };
  const numberOf = ({ kind, index }: Location): number => first[kind] + index;
  words.push(shape.length, place.unit(tiles.unit), tiles.columns, tiles.rows);
  words.push(registers.count, numbers.length, inputs.length, outputs.length, steps.length, ...shape, ...numbers);
  for (let i = 0; i < inputs.length; i++) {
    words.push(modes[i]!, inputRegisters[i]!);
    encodeView(words, inputs[i]!, strides[i]!);
  }
  for (let i = 0; i < outputs.length; i++) {
    words.push(direct[i] ? 1 : 0, outputRegisters[i]!, numberOf(sources[i]!));
    encodeView(words, outputs[i]!.view, strides[inputs.length + i]!);
  }
  for (let i = 0; i < encoded.length; i++) {
    const { code, to, from } = encoded[i]!;
    const a = numberOf(from[0]!);
    words.push(
      code,
      numberOf(to),
      a,
      from.length > 1 ? numberOf(from[1]!) : a,
      from.length > 2 ? numberOf(from[2]!) : a,
    );
  }
}
