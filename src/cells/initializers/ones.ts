import { defineInitializer, draw } from "./initializer.ts";

/** 1 everywhere. */
export const ones = defineInitializer({
  name: "ones",
  options: {},
  generate: (shape) => draw(shape, () => 1),
});
