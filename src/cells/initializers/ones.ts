import { defineInitializer, draw } from "./initializer.ts";

/** 1 everywhere. */
export const ones = defineInitializer({
  generate: (shape) => draw(shape, () => 1),
});
