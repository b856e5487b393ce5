/** Things that are given by name, or as data with their numbers: `"l2"`, or `{ name: "l2", l2: 0.001 }`. */
import { explain, OptionError, rejectUnknown, requireNumber, show } from "../errors.ts";

/** One such thing; all its options are numbers, given here with their defaults. */
export interface Named {
  readonly name: string;
  readonly options: Readonly<Record<string, number>>;
}

export type NamedTable = Readonly<Record<string, Named>>;

/** How people write one of a table, and files keep it. */
export type Spelling<T extends NamedTable> =
  | (keyof T & string)
  | {
      [N in keyof T & string]: { readonly name: N } & { readonly [K in keyof T[N]["options"]]?: number };
    }[keyof T & string];

/**
 * The definition that was named and its numbers, all of them; an `OptionError` for an unknown name or number.
 *
 * @param kind what it is, for messages: `initializer`
 */
export function findNamed<T extends NamedTable>(
  kind: string,
  table: T,
  given: unknown,
): { readonly definition: T[keyof T]; readonly options: Readonly<Record<string, number>> } {
  const spelled = typeof given === "object" && given !== null ? given : { name: given };
  const { name, ...numbers } = spelled as Readonly<Record<string, unknown>>;
  const definition = typeof name === "string" && Object.hasOwn(table, name) ? table[name as keyof T] : undefined;
  if (definition === undefined) {
    const article = /^[aeiou]/.test(kind) ? "an" : "a";
    const expected = `${article} ${kind} among ${Object.keys(table).join(", ")}`;
    throw new OptionError(explain({ expected, got: show(name) }));
  }
  rejectUnknown(`the ${kind} ${name}`, numbers, Object.keys(definition.options));
  for (const [key, value] of Object.entries(numbers)) requireNumber(key, value, "that is finite", () => true);
  return { definition, options: { ...definition.options, ...(numbers as Readonly<Record<string, number>>) } };
}
