import type { DType, Tensor } from "../graph/index.ts";

/** Shape and dtype of what flows between layers, without the batch axis. `null` stands for any number of time steps. */
export interface ValueType {
  readonly shape: readonly (number | null)[];
  readonly dtype: DType;
}

/** What flows between layers while they are traced: [batch, ...shape], and which steps of it count. */
export interface Value {
  readonly tensor: Tensor;
  /**
   * [batch, time], 1 where a step counts and 0 where it does not; [batch, time, inner] for steps inside steps. Absent when
   * all do.
   */
  readonly mask?: Tensor | undefined;
}

/** `[batch, any, 5]`, for messages: a shape without the batch axis. */
export function showShape(shape: readonly (number | null)[]): string {
  return `[${["batch", ...shape.map((size) => size ?? "any")].join(", ")}]`;
}

/** `[batch, time, 5 features]`, for messages. Sequences of numbers are [time, features], of int32 ids [time]. */
export function showType({ shape, dtype }: ValueType): string {
  const featureAxis = dtype === "float32" ? shape.length - 1 : shape.length;
  const sizes = shape.map((size, axis) => {
    if (axis === featureAxis) return `${size ?? "any"} features`;
    if (axis === 0) return size === null ? "time" : `${size} steps`;
    return `${size ?? "any"}`;
  });
  return `[${["batch", ...sizes].join(", ")}]`;
}

/** The same for what a layer gets, or is to get. */
export function showTypes(types: readonly ValueType[]): string {
  return types.map(showType).join(" and ");
}

/** Whether a type with concrete sizes can stand where `wanted` is asked for. */
export function fits(shape: readonly (number | null)[], wanted: readonly (number | null)[]): boolean {
  return shape.length === wanted.length && shape.every((size, axis) => wanted[axis] === null || wanted[axis] === size);
}
