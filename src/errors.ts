/**
 * Every error that Rondo raises on purpose. The message is one sentence with three parts: what was expected, what came,
 * and what to do about it.
 */
export class RondoError extends Error {
  override readonly name: string = "RondoError";
}

/** Shapes or dtypes that do not fit each other. */
export class ShapeError extends RondoError {
  override readonly name = "ShapeError";
}

/** An option, argument or combination of them that makes no sense. */
export class OptionError extends RondoError {
  override readonly name = "OptionError";
}

/** A file or text that is not what it should be. */
export class FormatError extends RondoError {
  override readonly name = "FormatError";
}

/** Something used too early, too late, or after it was interrupted. */
export class StateError extends RondoError {
  override readonly name = "StateError";
}

/** Builds the one error sentence: `Expected …, got …: remedy.` */
export function explain(parts: { expected: string; got: string; remedy?: string | undefined }): string {
  const { expected, got, remedy } = parts;
  return `Expected ${expected}, got ${got}${remedy === undefined ? "" : `: ${remedy}`}.`;
}

/** Writes a received value for an error message, shortened: `[32, 24, 7]`, `"abc"`, `NaN`. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) {
    const head = value.slice(0, 8).map(show).join(", ");
    return value.length > 8 ? `[${head}, … ${value.length} items]` : `[${head}]`;
  }
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${(value as Uint8Array).length})`;
  if (typeof value === "object" && value !== null) return `an object with keys ${show(Object.keys(value))}`;
  return String(value);
}

/** Throws an `OptionError` unless `value` is an integer of at least `least`. */
export function requireInteger(name: string, value: unknown, least: number, remedy?: string): asserts value is number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return;
  const expected = `\`${name}\` to be an integer of at least ${least}`;
  throw new OptionError(explain({ expected, got: show(value), remedy }));
}

/** Throws an `OptionError` unless `value` is a finite number for which `holds` is true. */
export function requireNumber(
  name: string,
  value: unknown,
  range: string,
  holds: (x: number) => boolean,
): asserts value is number {
  if (typeof value === "number" && Number.isFinite(value) && holds(value)) return;
  throw new OptionError(explain({ expected: `\`${name}\` to be a number ${range}`, got: show(value) }));
}

/** Throws an `OptionError` unless `value` is one of `choices`. */
export function requireChoice<T extends string>(
  name: string,
  value: unknown,
  choices: readonly T[],
): asserts value is T {
  if ((choices as readonly unknown[]).includes(value)) return;
  const expected = `\`${name}\` to be one of ${choices.join(", ")}`;
  throw new OptionError(explain({ expected, got: show(value), remedy: meant(value, choices) }));
}

/** Throws an `OptionError` when `options` has a key that is not in `known`: a misspelt option is never ignored. */
export function rejectUnknown(owner: string, options: object, known: readonly string[]): void {
  const key = Object.keys(options).find((name) => !known.includes(name));
  if (key === undefined && typeof options === "object") return;
  const expected = `the options of ${owner} to be among ${known.join(", ")}`;
  // Words and lists have numbers as keys.
  const isNoObject = key === undefined || key === "0";
  const remedy = isNoObject ? "give them as an object, { name: value }" : meant(key, known);
  throw new OptionError(explain({ expected, got: show(key ?? options), remedy }));
}

/**
 * The remedy for a word that stands for one of `choices` in another style: `mse` or `mean_squared_error` for
 * `meanSquaredError`, `acc` for `accuracy`.
 */
export function meant(word: unknown, choices: readonly string[]): string | undefined {
  const bare = (text: unknown) => `${text}`.replace(/[\W_]/g, "").toLowerCase();
  // All of a word, and the letters that its parts begin with.
  const formsOf = (choice: string) => [choice, choice.replace(/\B[^A-Z]/g, "")].map(bare);
  const near = choices.filter((choice) => formsOf(choice).some((form) => form.startsWith(bare(word))));
  const found = near.length === 1 ? near[0] : near.find((choice) => formsOf(choice).includes(bare(word)));
  return found && `perhaps ${show(found)} is meant`;
}
