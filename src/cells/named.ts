/** Things that are given by name, or as data with their options: `"l2"`, or `{ name: "l2", l2: 0.001 }`. */
import { explain, meant, OptionError, rejectUnknown, requireChoice, requireNumber, show } from "../errors.ts";

/** Options by name: the default of a number, or the words to choose from, the default first. */
export type NamedOptions = Readonly<Record<string, number | readonly string[]>>;

/** One such thing. Its name is its key in the table. */
export interface Named {
  /** @default none */
  readonly options?: NamedOptions;
}

/** The numbers and words that options stand for. */
export type Chosen<O extends NamedOptions> = { readonly [K in keyof O]: ChosenOf<O[K]> };

type ChosenOf<V> = V extends readonly string[] ? V[number] : number;

/** How people write one of a table, and files keep it. */
export type Spelling<T extends Readonly<Record<string, Named>>> =
  | (keyof T & string)
  | {
      [N in keyof T & string]: { readonly name: N } & (T[N] extends { readonly options: infer O extends NamedOptions }
        ? Partial<Chosen<O>>
        : unknown);
    }[keyof T & string];

/**
 * The name that was given, and all numbers and words of what is called so; an `OptionError` for an unknown name, number or word.
 *
 * @param kind what it is, for messages: `an initializer`
 */
export function findNamed<N extends string, D extends Named>(
  kind: string,
  table: Readonly<Record<N, D>>,
  given: unknown,
): { readonly name: N; readonly options: Chosen<NonNullable<D["options"]>> } {
  const spelled = typeof given === "object" && given !== null ? given : { name: given };
  const { name, ...own } = spelled as Readonly<Record<string, unknown>>;
  const names = Object.keys(table);
  if (!(names as readonly unknown[]).includes(name)) {
    const expected = `${kind} among ${names.join(", ")}`;
    const remedy = name === undefined ? `name it: { name: ${show(names[0])} }` : meant(name, names);
    throw new OptionError(explain({ expected, got: show(name ?? given), remedy }));
  }
  const { options = {} } = table[name as N];
  rejectUnknown(`${name}`, own, Object.keys(options));
  const chosen = Object.entries(options).map(([key, known]) => {
    const isNumber = typeof known === "number";
    const { [key]: value = isNumber ? known : known[0] } = own;
    if (isNumber) requireNumber(key, value, "that is finite", () => true);
    else requireChoice(key, value, known);
    return [key, value] as const;
  });
  return { name: name as N, options: Object.fromEntries(chosen) as Chosen<NonNullable<D["options"]>> };
}
