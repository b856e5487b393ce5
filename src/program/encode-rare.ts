/** Instructions in words that few programs hold: what looks up, counts or draws, and loops of loops. */
import type { Place } from "./bounds.ts";
import { type Encoders, encodeAll } from "./encode.ts";
import { encodeView } from "./encode-view.ts";
import type { View } from "./format.ts";

/** A look-up of rows, or its reverse. */
interface Look {
  readonly shape: readonly number[];
  readonly rows: number;
  readonly table: View;
  readonly indices: View;
  readonly values: View;
}

function encodeLook(words: number[], { shape, rows, table, indices, values }: Look, place: Place): void {
  place.holds(table, [rows, shape.at(-1)!]);
  place.holdsRows(indices, shape);
  place.holdsRows(values, shape);
  words.push(shape.length, 1, rows, ...shape);
  for (const view of [table, indices, values]) encodeView(words, view);
}

export const rareEncoders: Pick<Encoders, "gather" | "scatterAdd" | "random" | "loop"> = {
  gather: (words, look, place) => encodeLook(words, { ...look, values: look.out }, place),
  scatterAdd: (words, look, place) => encodeLook(words, { ...look, table: look.out, values: look.input }, place),

  random(words, { size, stream, key, out }, place) {
    place.holdsInOne(key, 2);
    place.holdsInOne(out, size);
    words.push(size, stream);
    encodeView(words, key, [1]);
    encodeView(words, out, [1]);
  },

  loop(words, { steps, reverse, body }, place) {
    words.push(steps, reverse ? 1 : 0);
    encodeAll(words, body, place.inside(steps));
  },
};
