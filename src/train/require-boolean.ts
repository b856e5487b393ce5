import { explain, OptionError, show } from "../errors.ts";

/** Throws an `OptionError` unless `value` is true or false. */
export function requireBoolean(name: string, value: unknown): asserts value is boolean {
  if (typeof value === "boolean") return;
  throw new OptionError(explain({ expected: `\`${name}\` to be true or false`, got: show(value) }));
}
