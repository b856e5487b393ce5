/** Things that are given by name, or as data with their numbers: `"l2"`, or `{ name: "l2", l2: 0.001 }`. */
import { explain, meant, OptionError, rejectUnknown, requireChoice, requireNumber, show } from "../errors.ts";

/** One such thing. */
export interface Named {
  readonly name: string;
  /** Its options that are numbers, with their defaults. */
  readonly options: Readonly<Record<string, number>>;
  /** Its options that are words: those to choose from, the default first. @default none */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
}

export type NamedTable = Readonly<Record<string, Named>>;

/** How people write one of a table, and files keep it. */
export type Spelling<T extends NamedTable> =
  | (keyof T & string)
  | {
      [N in keyof T & string]: { readonly name: N } & {
        readonly [K in keyof T[N]["options"]]?: number;
      } & (T[N] extends {
          readonly choices: infer C extends Readonly<Record<string, readonly string[]>>;
        }
          ? { readonly [K in keyof C]?: C[K][number] }
          : unknown);
    }[keyof T & string];

/**
 * The definition that was named, its numbers and its words, all of them; an `OptionError` for an unknown name, number or
 * word.
 *
 * @param kind what it is, for messages: `initializer`
 */
export function findNamed<T extends NamedTable>(
  kind: string,
  table: T,
  given: unknown,
): {
  readonly definition: T[keyof T];
  readonly options: Readonly<Record<string, number>>;
  readonly words: Readonly<Record<string, string>>;
} {
  const spelled = typeof given === "object" && given !== null ? given : { name: given };
  const { name, ...own } = spelled as Readonly<Record<string, unknown>>;
  const definition = typeof name === "string" && Object.hasOwn(table, name) ? table[name as keyof T] : undefined;
  if (definition === undefined) {
    const article = /^[aeiou]/.test(kind) ? "an" : "a";
    const names = Object.keys(table);
    const expected = `${article} ${kind} among ${names.join(", ")}`;
    const remedy = name === undefined ? { remedy: `name it: { name: ${show(names[0])} }` } : meant(name, names);
    throw new OptionError(explain({ expected, got: show(name ?? given), ...remedy }));
  }
  const { choices = {} } = definition;
  rejectUnknown(`the ${kind} ${name}`, own, [...Object.keys(definition.options), ...Object.keys(choices)]);
  const numbers = Object.entries(own).filter(([key]) => !(key in choices));
  for (const [key, value] of numbers) requireNumber(key, value, "that is finite", () => true);
  const words = Object.entries(choices).map(([key, known]) => {
    const { [key]: word = known[0] } = own;
    requireChoice(key, word, known);
    return [key, word] as const;
  });
  const options = { ...definition.options, ...(Object.fromEntries(numbers) as Readonly<Record<string, number>>) };
  return { definition, options, words: Object.fromEntries(words) };
}
