/** Maps in words: which inputs are read in place, and where the values between steps lie. */
import { mergeDimensions } from "./dimensions.ts";
import { encodeView } from "./encode-view.ts";
import type { MapInstruction, MapOperand, View } from "./format.ts";
import { type Step, stepsOf, worksInPlace } from "./map-steps.ts";

/** Elements of the tiles through which a chain of steps runs: a handful of them stay in the nearest cache. */
export const TILE = 512;

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

  giveBack(register: number): void {
    this.#free.push(register);
  }
}

/** Whether views of the same shape may share memory, whatever the time index. */
function mayOverlap(a: View, b: View, shape: readonly number[]): boolean {
  if (a.slot !== b.slot) return false;
  if (a.timeStride !== b.timeStride) return true;
  const range = ({ offset, strides }: View): [number, number] => {
    const spans = strides.map((stride, axis) => stride * (shape[axis]! - 1));
    const reach = (sign: 1 | -1) => spans.reduce((sum, span) => sum + (span * sign > 0 ? span : 0), offset);
    return [reach(-1), reach(1)];
  };
  const [aLeast, aGreatest] = range(a);
  const [bLeast, bGreatest] = range(b);
  return aLeast <= bGreatest && bLeast <= aGreatest;
}

/** The position among the steps of the last use of each input and value; −1 for what is not used. */
interface Uses {
  readonly inputUses: readonly number[];
  readonly valueUses: readonly number[];
}

function usesOf(map: MapInstruction, steps: readonly Step[]): Uses {
  const inputUses = map.inputs.map(() => -1);
  const valueUses = map.steps.map(() => -1);
  const use = (operand: MapOperand, position: number): void => {
    if (operand.kind === "input") inputUses[operand.index] = position;
    if (operand.kind === "value") valueUses[operand.index] = position;
  };
  for (const [position, { operands }] of steps.entries()) for (const operand of operands) use(operand, position);
  // Outputs are stored after all steps.
  for (const { from } of map.outputs) use(from, steps.length);
  return { inputUses, valueUses };
}

/** The 32 bits of a number. */
function bitsOf(value: number, dtype: "float32" | "int32"): number {
  return dtype === "int32" ? value | 0 : new Int32Array(Float32Array.of(value).buffer)[0]!;
}

/** Everything after code and length. */
export function encodeMap(map: MapInstruction, rowwise: boolean): number[] {
  const views = [...map.inputs, ...map.outputs.map(({ view }) => view)];
  const { shape, strides, unit } = mergeDimensions(
    map.shape,
    views.map((view) => view.strides),
  );
  const inner = shape.at(-1)!;
  // Short rows are joined to tiles of several rows, long ones cut.
  const tileRows = shape.length === 1 || inner >= TILE / 2 ? 1 : Math.floor(TILE / Math.max(inner, 1));
  const tileColumns = tileRows === 1 ? TILE : inner;
  const hasRows = (viewIndex: number): boolean => {
    const [row, column] = [strides[viewIndex]!.at(-2), strides[viewIndex]!.at(-1)];
    return column === 1 && (tileRows === 1 || row === inner || inner >= WIDE_ROW);
  };

  const steps = stepsOf(map);
  const { inputUses, valueUses } = usesOf(map, steps);
  // Ops that make several vectors at once want rows of whole ones.
  const splits = (index: number): boolean => tileRows > 1 && strides[index]!.at(-2) !== inner && inner % WIDE_ROW > 0;
  const isSplitFor = (index: number): boolean =>
    splits(index) &&
    steps.some(
      ({ code, operands }) => !worksInPlace(code) && operands.some((x) => x.kind === "input" && x.index === index),
    );
  const modes = map.inputs.map((view, index) => {
    if (strides[index]!.every((stride) => stride === 0)) return SINGLE;
    if (!hasRows(index) || isSplitFor(index)) return LOADED;
    // An input that an output stores is read last, when other outputs are already stored.
    const stored = inputUses[index] === steps.length;
    return stored && map.outputs.some((output) => mayOverlap(view, output.view, map.shape)) ? LOADED : IN_PLACE;
  });

  const registers = new Registers();
  const inputRegisters = modes.map((mode) => (mode === LOADED ? registers.take() : 0));
  const outputRegisters = map.outputs.map(() => 0);
  const direct = map.outputs.map(() => false);
  const values: Location[] = [];
  const numbers: number[] = [];
  const locate = (operand: MapOperand, dtype: "float32" | "int32"): Location => {
    if (operand.kind === "value") return values[operand.index]!;
    if (operand.kind === "input") return { kind: "input", index: operand.index };
    const bits = bitsOf(operand.value, dtype);
    if (!numbers.includes(bits)) numbers.push(bits);
    return { kind: "number", index: numbers.indexOf(bits) };
  };

  /** The register of an operand that is used for the last time. */
  const endingRegister = (operand: MapOperand, position: number): number | undefined => {
    if (operand.kind === "number") return undefined;
    if (operand.kind === "input") {
      const ends = modes[operand.index] === LOADED && inputUses[operand.index] === position;
      return ends ? inputRegisters[operand.index] : undefined;
    }
    const { kind, index } = values[operand.index]!;
    return kind === "register" && valueUses[operand.index] === position ? index : undefined;
  };

  const encodedSteps = steps.map(({ code, operands, dtype, index }, position) => {
    const from = operands.map((operand) => locate(operand, dtype));
    // The result may take the place of an operand that no later step uses, if the op reads ahead of what it writes.
    const ending = new Set(operands.map((operand) => endingRegister(operand, position)));
    const giveBack = () => {
      for (const register of ending) if (register !== undefined) registers.giveBack(register);
    };
    const output = map.outputs.findIndex(({ from }) => from.kind === "value" && from.index === index);
    const isInPlace = worksInPlace(code);
    if (isInPlace) giveBack();
    const register = registers.take();
    if (!isInPlace) giveBack();
    if (output < 0) {
      values[index] = { kind: "register", index: register };
      return { code, to: values[index], from };
    }
    // The step may write straight to the output unless what lies there is read later.
    const { view } = map.outputs[output]!;
    const lastRead = isInPlace ? position : position - 1;
    outputRegisters[output] = register;
    direct[output] =
      hasRows(map.inputs.length + output) &&
      !map.inputs.some(
        (input, i) => modes[i] === IN_PLACE && inputUses[i]! > lastRead && mayOverlap(input, view, map.shape),
      );
    values[index] = { kind: "output", index: output };
    return { code, to: values[index], from };
  });
  const sources = map.outputs.map(({ from, view }, index) => {
    if (from.kind !== "value") outputRegisters[index] = registers.take();
    return locate(from, view.dtype);
  });

  const first = { register: 0, number: registers.count, input: 0, output: 0 };
  first.input = first.number + numbers.length;
  first.output = first.input + map.inputs.length;
  const place = ({ kind, index }: Location): number => first[kind] + index;
  const counts = [registers.count, numbers.length, map.inputs.length, map.outputs.length, steps.length];
  return [
    shape.length,
    rowwise ? unit : 1,
    tileColumns,
    tileRows,
    ...counts,
    ...shape,
    ...numbers,
    ...map.inputs.flatMap((view, i) => [modes[i]!, inputRegisters[i]!, ...encodeView(view, strides[i]!)]),
    ...map.outputs.flatMap(({ view }, i) => [
      direct[i] ? 1 : 0,
      outputRegisters[i]!,
      place(sources[i]!),
      ...encodeView(view, strides[map.inputs.length + i]!),
    ]),
    ...encodedSteps.flatMap(({ code, to, from }) => {
      const [a, b, c] = from.map(place);
      return [code, place(to), a!, b ?? a!, c ?? a!];
    }),
  ];
}
