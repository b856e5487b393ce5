import { defineInitializer, draw, requireMatrix } from "./initializer.ts";

/** `gain` on the diagonal of a matrix, 0 elsewhere. */
export const identity = defineInitializer({
  options: { gain: 1 },
  generate(shape, _random, { gain }) {
    const [, columns] = requireMatrix(shape, "a matrix for the identity initializer");
    return draw(shape, (i) => (i % columns === Math.floor(i / columns) ? gain : 0));
  },
});
