import { explain, ShapeError } from "../../errors.ts";
import { showShape } from "../../graph/tensor.ts";
import { defineInitializer } from "./initializer.ts";

/** `gain` on the diagonal of a matrix, 0 elsewhere. */
export const identity = defineInitializer({
  name: "identity",
  options: { gain: 1 },
  generate(shape, _random, { gain }) {
    const [rows, columns] = shape;
    if (rows === undefined || columns === undefined || shape.length !== 2) {
      throw new ShapeError(explain({ expected: "a matrix for the identity initializer", got: showShape(shape) }));
    }
    return Float64Array.from({ length: rows * columns }, (_, i) =>
      i % columns === Math.floor(i / columns) ? gain : 0,
    );
  },
});
