import { explain, FormatError } from "../errors.ts";
import type { Place } from "./bounds.ts";
import { encodeOptional, encodeView } from "./encode-view.ts";
import { type MatmulInstruction, packedSize } from "./format.ts";

/** Adds everything after code and length to `words`. */
export function encodeMatmul(
  words: number[],
  { shape, k, a, b, out, added, rows, inner, packed, also, columnSums }: MatmulInstruction,
  place: Place,
): void {
  const start = added ?? out;
  const batch = shape.slice(0, -2);
  const n = shape.at(-1)!;
  let m = shape.at(-2)!;
  place.holdsRows(a, [...batch, m, k]);
  if (packed) place.holdsInOne(b, packedSize(k, n));
  else if (batch.length > 0) place.holdsRows(b, [...batch, k, n]);
  else place.holds(b, [k, n]);
  for (const view of [out, start]) place.holdsRows(view, shape);
  if (rows) place.holds(rows, [m]);
  if (inner) place.holds(inner, [k]);
  const isAlone = batch.length === 0 && !rows && !inner;
  if (also) {
    requireThat(packed && isAlone, "a second product to stand beside one of packed matrices, all of it");
    place.holdsRows(also.a, [m, also.k]);
    place.holdsInOne(also.b, packedSize(also.k, n));
  }
  if (columnSums) {
    const areRows = columnSums.strides[0] === 1 && out.strides[1] === 1 && m > 0;
    const isWhole = isAlone && !packed && place.rows === undefined;
    requireThat(areRows && isWhole, "sums of columns to stand beside a product that is not packed, all rows of it");
    place.holds(columnSums, [n]);
  }

  const aStrides = [...a.strides];
  const bStrides = packed ? shape.map(() => 0) : [...b.strides];
  const outStrides = [...out.strides];
  const startStrides = [...start.strides];
  let unit = 1;
  // A batch dimension in which b repeats is more rows of a, where these follow one another.
  while (batch.length > 0) {
    const axis = batch.length - 1;
    const size = batch[axis]!;
    const byRows = [aStrides, outStrides, startStrides];
    const follows = byRows.every((strides) => strides[axis] === m * strides[axis + 1]!);
    if (bStrides[axis] !== 0 || !(size === 1 || m === 1 || follows)) break;
    for (const strides of byRows) strides.splice(m === 1 ? axis + 1 : axis, 1);
    bStrides.splice(axis, 1);
    unit = m;
    m *= size;
    batch.pop();
  }
  const flags =
    (added ? 1 : 0) + (packed ? 2 : 0) + (rows ? 4 : 0) + (inner ? 8 : 0) + (also ? 16 : 0) + (columnSums ? 32 : 0);
  words.push(batch.length, place.unit(batch.length === 0 ? unit : 1), flags, m, n, k, ...batch);
  encodeView(words, a, aStrides);
  encodeView(words, b, bStrides);
  encodeView(words, out, outStrides);
  encodeView(words, start, startStrides);
  encodeOptional(words, rows);
  encodeOptional(words, inner);
  if (also) {
    words.push(also.k);
    encodeView(words, also.a);
    encodeView(words, also.b, [0, 0]);
  }
  if (columnSums) encodeView(words, columnSums);
}

function requireThat(isSo: boolean, expected: string): void {
  if (!isSo) throw new FormatError(explain({ expected, got: "another product" }));
}
