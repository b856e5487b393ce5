import { defineInitializer, draw } from "./initializer.ts";

/** 0 everywhere. */
export const zeros = defineInitializer({
  name: "zeros",
  options: {},
  generate: (shape) => draw(shape, () => 0),
});
