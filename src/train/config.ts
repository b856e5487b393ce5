/** What losses, optimizers, schedules and metrics are when written down: a name and plain options. */
import { explain, OptionError, requireChoice, show } from "../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `{ name: "adam", learningRate: 0.001, … }`: enough to make the same thing again. */
export interface Config {
  readonly name: string;
  readonly [option: string]: Json;
}

/** Something that has a config, unless a user wrote it: functions cannot be written down. */
export interface Configured {
  readonly name: string;
  readonly config?: Config;
}

/** The config of `thing`, or an error that says why it has none. @param kind `loss`, `optimizer`, … */
export function requireConfig(thing: Configured, kind: string): Config {
  if (thing.config !== undefined) return thing.config;
  const expected = `${kind} \`${thing.name}\` to be one of Rondo's own, which can be saved`;
  const remedy = `code cannot be saved: save without the ${kind}, and give it again to compile() after loading`;
  throw new OptionError(explain({ expected, got: "one made of a function", remedy }));
}

/** Makes the member of `list` that a name or a config stands for; unknown names and options are errors. */
export function fromConfig<T>(
  kind: string,
  list: Readonly<Record<string, (options: never) => T>>,
  given: string | { readonly name: string },
): T {
  const { name, ...options } = typeof given === "string" ? { name: given } : given;
  requireChoice(kind, name, Object.keys(list));
  return list[name]!(options as never);
}

/** True for a config as opposed to a finished thing: a plain object that has a name and no functions. */
export function isConfig(value: unknown): value is Config {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { name } = value as { name?: unknown };
  return typeof name === "string" && !Object.values(value).some((part) => typeof part === "function");
}

/** The error for an argument that is no member of a kind in any of its forms. */
export function notA(kind: string, forms: string, got: unknown): OptionError {
  return new OptionError(explain({ expected: `\`${kind}\` to be ${forms}`, got: show(got) }));
}
