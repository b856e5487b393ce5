import { defineInitializer, draw } from "./initializer.ts";

/** 0 everywhere. */
export const zeros = defineInitializer({
  generate: (shape) => draw(shape, () => 0),
});
