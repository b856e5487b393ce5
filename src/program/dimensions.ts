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
  // From the last dimension to the first; turned round at the end.
  const merged = [shape.at(-1)!];
  const mergedStrides: number[][] = [];
  for (let view = 0; view < strides.length; view++) mergedStrides.push([strides[view]![shape.length - 1]!]);
  let unit = 1;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const size = shape[axis]!;
    const last = merged.length - 1;
    const inner = merged[last]!;
    let fits = true;
    if (size !== 1 && inner !== 1) {
      for (let view = 0; view < strides.length && fits; view++) {
        fits = strides[view]![axis] === inner * mergedStrides[view]![last]!;
      }
    }
    if (!fits) {
      merged.push(size);
      for (let view = 0; view < strides.length; view++) mergedStrides[view]!.push(strides[view]![axis]!);
      unit = 1;
      continue;
    }
    if (inner === 1)
      for (let view = 0; view < strides.length; view++) mergedStrides[view]![last] = strides[view]![axis]!;
    merged[last] = size * inner;
    unit = inner;
  }
  merged.reverse();
  for (const view of mergedStrides) view.reverse();
  return { shape: merged, strides: mergedStrides, unit };
}
