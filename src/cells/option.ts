/**
 * Options of cells and layers: each is a default, a check, and what it becomes for the mathematics. They are plain data,
 * so that a layer's configuration is its options.
 */
import { explain, OptionError, rejectUnknown, requireChoice, requireInteger, requireNumber, show } from "../errors.ts";
import { type ActivationFunction, type ActivationName, activationFunction, activationNames } from "./activations.ts";
import { generatorOf, type Initializer } from "./initializers/index.ts";

/** One option: `Given` is what people write and files keep, `Bound` what the mathematics uses. */
export interface Option<Given, Bound = Given> {
  /** `undefined` where it must be given. */
  readonly fallback: Given | undefined;
  /** The value, or an `OptionError`. */
  check(name: string, value: unknown): Given;
  bind(value: Given): Bound;
}

export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** Options as people write them: those with a default may be left out. */
export type Given<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K] extends Option<infer G, unknown> ? G : never;
};

/** Options as the mathematics uses them: all there, checked. */
export type Bound<T extends OptionTable> = {
  readonly [K in keyof T]: T[K] extends Option<infer _, infer B> ? B : never;
};

/** Options resolved: complete, in both forms. */
export interface Resolved<T extends OptionTable> {
  /** Plain data. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly bound: Bound<T>;
}

/** Checks what was given, fills in defaults and rejects what is unknown. */
export function resolveOptions<T extends OptionTable>(owner: string, table: T, given: object): Resolved<T> {
  rejectUnknown(owner, given, Object.keys(table));
  const config: Record<string, unknown> = {};
  const bound: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(table)) {
    const value = (given as Readonly<Record<string, unknown>>)[name] ?? option.fallback;
    config[name] = option.check(`${name} of ${owner}`, value);
    bound[name] = option.bind(config[name]);
  }
  return { config, bound: bound as Bound<T> };
}

const same = <T>(value: T): T => value;

/** Yes or no. */
export function flag(fallback: boolean): Option<boolean> {
  const check = (name: string, value: unknown): boolean => {
    if (typeof value === "boolean") return value;
    throw new OptionError(explain({ expected: `\`${name}\` to be true or false`, got: show(value) }));
  };
  return { fallback, check, bind: same };
}

/** A whole number of at least `least`; it must be given unless there is a `fallback`. */
export function integer(least: number, fallback?: number): Option<number> {
  const check = (name: string, value: unknown): number => {
    requireInteger(name, value, least);
    return value;
  };
  return { fallback, check, bind: same };
}

/** Another option, or `null` for none, which is the default. */
export function optional<G, B>({ check, bind }: Option<G, B>): Option<G | null, B | null> {
  return {
    fallback: null,
    check: (name, value) => (value === null ? null : check(name, value)),
    bind: (value) => (value === null ? null : bind(value)),
  };
}

/** Any number, NaN included; it must be given unless there is a `fallback`. */
export function number(fallback?: number): Option<number> {
  const check = (name: string, value: unknown): number => {
    if (typeof value === "number") return value;
    throw new OptionError(explain({ expected: `\`${name}\` to be a number`, got: show(value) }));
  };
  return { fallback, check, bind: same };
}

/** A number above 0. */
export function positive(fallback: number): Option<number> {
  const check = (name: string, value: unknown): number => {
    requireNumber(name, value, "above 0", (x) => x > 0);
    return value;
  };
  return { fallback, check, bind: same };
}

/** The share of values to drop: at least 0, below 1; it must be given unless there is a `fallback`. */
export function rate(fallback?: number): Option<number> {
  const check = (name: string, value: unknown): number => {
    requireNumber(name, value, "of at least 0 and below 1", (x) => x >= 0 && x < 1);
    return value;
  };
  return { fallback, check, bind: same };
}

/** One of a few words. */
export function choice<const C extends string>(choices: readonly C[], fallback?: NoInfer<C>): Option<C> {
  const check = (name: string, value: unknown): C => {
    requireChoice(name, value, choices);
    return value;
  };
  return { fallback, check, bind: same };
}

/** An activation by name; it must be given unless there is a `fallback`. */
export function activation(fallback?: ActivationName): Option<ActivationName, ActivationFunction> {
  return { ...choice(activationNames, fallback), bind: activationFunction };
}

/** An initializer by name or as data. */
export function initializer(fallback: Initializer): Option<Initializer> {
  const check = (_name: string, value: unknown): Initializer => {
    generatorOf(value as Initializer);
    return value as Initializer;
  };
  return { fallback, check, bind: same };
}

/** The kinds of options, for cells of one's own. */
export const option = { flag, integer, optional, number, positive, rate, choice, activation, initializer } as const;
