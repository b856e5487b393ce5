/** Dimensions that an instruction walks over, with the strides of each of its views. */
export interface Dimensions {
  readonly shape: readonly number[];
  readonly strides: readonly (readonly number[])[];
  /** How many entries of dimension 0 make one row of the instruction before merging. */
  readonly unit: number;
}

/**
 * Merges neighbouring dimensions wherever every view walks through both in one stride, and drops those of size 1: the
 * fewest dimensions make the longest loops. A shape without dimensions becomes [1].
 */
export function mergeDimensions(shape: readonly number[], strides: readonly (readonly number[])[]): Dimensions {
  if (shape.length === 0) return { shape: [1], strides: strides.map(() => [0]), unit: 1 };
  const merged = [shape.at(-1)!];
  const mergedStrides = strides.map((view) => [view[shape.length - 1]!]);
  let unit = 1;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const size = shape[axis]!;
    const inner = merged[0]!;
    const fits = (view: readonly number[], index: number) => view[axis] === inner * mergedStrides[index]![0]!;
    if (size === 1 || inner === 1 || strides.every(fits)) {
      if (inner === 1) for (const [index, view] of strides.entries()) mergedStrides[index]![0] = view[axis]!;
      merged[0] = size * inner;
      unit = inner;
    } else {
      merged.unshift(size);
      for (const [index, view] of strides.entries()) mergedStrides[index]!.unshift(view[axis]!);
      unit = 1;
    }
  }
  return { shape: merged, strides: mergedStrides, unit };
}
