/** Programs to test engines with, whose operands lie in memory in every way that a view allows. */
import { contiguousStrides, type DType, sizeOf } from "../../graph/tensor.ts";
import { type Binding, FIRST_BINDING, type Instruction, type Program, type View } from "../../program/format.ts";

/** How the elements of one shape lie in memory. */
export interface Layout {
  readonly offset: number;
  readonly strides: readonly number[];
  /** Elements of the memory that holds them, gaps included. */
  readonly length: number;
}

export function contiguousLayout(shape: readonly number[]): Layout {
  return { offset: 0, strides: contiguousStrides(shape), length: sizeOf(shape) };
}

/** Draws whole numbers below `limit`, one after another, all decided by `choice`. */
function drawer(choice: number): (limit: number) => number {
  let state = choice >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/**
 * One of many layouts, decided by `choice`: any order of dimensions, gaps between them, walking back, and for inputs
 * repeated dimensions. Even choices give the contiguous layout.
 */
export function layoutOf(shape: readonly number[], role: "input" | "output", choice: number): Layout {
  if (choice % 2 === 0) return contiguousLayout(shape);
  const draw = drawer(choice);
  const axes = shape.map((_, axis) => axis);
  const strides = shape.map(() => 0);
  const lead = draw(4);
  let offset = lead;
  let span = 1;
  while (axes.length > 0) {
    // Mostly the last that is left, so that many layouts are nearly contiguous.
    const axis = axes.splice(draw(3) === 0 ? draw(axes.length) : -1, 1)[0]!;
    if (role === "input" && draw(4) === 0) continue;
    const backwards = draw(4) === 0;
    strides[axis] = backwards ? -span : span;
    if (backwards) offset += span * Math.max(shape[axis]! - 1, 0);
    span *= shape[axis]! + (draw(3) === 0 ? draw(6) : 0);
  }
  return { offset, strides, length: lead + span + 1 };
}

/** The view of binding `index` with this layout. */
export function bound(index: number, { offset, strides }: Layout, dtype: DType = "float32"): View {
  return { slot: FIRST_BINDING + index, offset, strides, timeStride: 0, dtype };
}

/** A binding for memory of `length` elements. */
export function bindingOf(name: string, role: Binding["role"], length: number, dtype: DType = "float32"): Binding {
  return { name, role, shape: [length], dtype };
}

/** A program without arena, constants and scratch, unless given. */
export function programOf(
  bindings: readonly Binding[],
  instructions: readonly Instruction[],
  rest: Partial<Program> = {},
): Program {
  return { arenaSize: 0, constantsSize: 0, scratchSize: 0, constants: [], bindings, instructions, ...rest };
}

/** Numbers from −`greatest` to `greatest` that look random and are the same for the same seed. */
export function numbers(length: number, seed: number, greatest = 1): number[] {
  return Array.from({ length }, (_, index) => {
    const wave = Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453;
    return Math.fround((2 * (wave - Math.floor(wave)) - 1) * greatest);
  });
}

/** Whole numbers from −`greatest` to `greatest`, of which sums and products are exact in float32. */
export function wholeNumbers(length: number, seed: number, greatest: number): number[] {
  return numbers(length, seed, greatest + 0.499).map((x) => Math.round(x) + 0);
}
