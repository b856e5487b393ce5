import { defineInitializer, draw } from "./initializer.ts";

/** `value` everywhere. */
export const constant = defineInitializer({
  options: { value: 0 },
  generate: (shape, _random, { value }) => draw(shape, () => value),
});
