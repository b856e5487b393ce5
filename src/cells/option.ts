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
  /** Throws an `OptionError` for a value that makes no sense. */
  check(name: string, value: unknown): void;
  /** @default as it is given */
  bind?(value: Given): Bound;
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
  for (const [name, { fallback, check, bind }] of Object.entries(table)) {
    const value = (given as Readonly<Record<string, unknown>>)[name] ?? fallback;
    check(`${name} of ${owner}`, value);
    config[name] = value;
    bound[name] = bind ? bind(value) : value;
  }
  return { config, bound: bound as Bound<T> };
}

/** Yes or no. */
export function flag(fallback: boolean): Option<boolean> {
  return {
    fallback,
    check(name, value) {
      if (typeof value === "boolean") return;
      throw new OptionError(explain({ expected: `\`${name}\` to be true or false`, got: show(value) }));
    },
  };
}

/** A whole number of at least `least`; it must be given unless there is a `fallback`. */
export function integer(least: number, fallback?: number): Option<number> {
  return { fallback, check: (name, value) => requireInteger(name, value, least) };
}

/** Another option, or `null` for none, which is the default. */
export function optional<G, B>({ check, bind }: Option<G, B>): Option<G | null, B | null> {
  return {
    fallback: null,
    check: (name, value) => value === null || check(name, value),
    ...(bind && { bind: (value) => (value === null ? null : bind(value)) }),
  };
}

/** Any number, NaN included; it must be given unless there is a `fallback`. */
export function number(fallback?: number): Option<number> {
  return {
    fallback,
    check(name, value) {
      if (typeof value === "number") return;
      throw new OptionError(explain({ expected: `\`${name}\` to be a number`, got: show(value) }));
    },
  };
}

/** A number above 0. */
export function positive(fallback: number): Option<number> {
  return { fallback, check: (name, value) => requireNumber(name, value, "above 0", (x) => x > 0) };
}

/** The share of values to drop: at least 0, below 1; it must be given unless there is a `fallback`. */
export function rate(fallback?: number): Option<number> {
  const isShare = (x: number) => x >= 0 && x < 1;
  return { fallback, check: (name, value) => requireNumber(name, value, "of at least 0 and below 1", isShare) };
}

/** One of a few words. */
export function choice<const C extends string>(choices: readonly C[], fallback?: NoInfer<C>): Option<C> {
  return { fallback, check: (name, value) => requireChoice(name, value, choices) };
}

/** An activation by name; it must be given unless there is a `fallback`. */
export function activation(fallback?: ActivationName): Option<ActivationName, ActivationFunction> {
  return { ...choice(activationNames, fallback), bind: activationFunction };
}

/** An initializer by name or as data. */
export function initializer(fallback: Initializer): Option<Initializer> {
  return { fallback, check: (_name, value) => void generatorOf(value as Initializer) };
}

/** The kinds of options, for cells of one's own. */
export const option = { flag, integer, optional, number, positive, rate, choice, activation, initializer } as const;
