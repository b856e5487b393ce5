/** From words to numbers for embeddings: categories seen in training get an id each, all others share one. */
import { explain, OptionError, rejectUnknown, requireInteger, show } from "../errors.ts";
import type { NumericArray } from "./array.ts";
import { ragged } from "./ragged.ts";

/** One category; what is missing counts as unknown. */
export type Category = string | number | boolean | null | undefined;

/** One category for each row, or a sequence of them. */
export type CategoryRows = readonly Category[] | readonly (readonly Category[])[];

/** The id of categories that training has not seen. */
const UNKNOWN = 0;

/** Known categories as plain data: the one at place i has id i + 1. */
export interface CategoriesConfig {
  readonly known: readonly string[];
}

export interface Categories {
  readonly config: CategoriesConfig;
  /** Number of ids, that of unknown ones included: the `vocabulary` of an embedding. */
  readonly size: number;
  /** Ids as int32: [rows], [rows, time], or `Ragged` for sequences of unequal lengths. */
  encode(rows: CategoryRows): NumericArray;
  /** The category of an id; `undefined` for that of unknown ones. */
  decode(id: number): string | undefined;
}

export interface CategoriesOptions {
  /**
   * How often a category must be there to get an id of its own; with 2 or more, rare ones teach the model what to make of
   * unknown ones. @default 1
   */
  readonly minCount?: number;
}

/**
 * Learns the categories of training data: id 0 is for unknown ones, then come the known ones, most frequent first. Do not
 * use `maskZero` with these ids, which would hide unknown categories; `ragged` rows need no padding.
 *
 * @returns ids for `embedding(categories.size, width)`; `config` is plain data to be saved, `categoriesFrom` reads it
 */
export function categories(train: CategoryRows, options: CategoriesOptions = {}): Categories {
  rejectUnknown("categories()", options, ["minCount"]);
  const { minCount = 1 } = options;
  requireInteger("minCount", minCount, 1);
  const counts = new Map<string, number>();
  for (const category of allOf(train)) {
    const word = wordOf(category);
    if (word !== undefined) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const frequent = [...counts].filter(([, count]) => count >= minCount);
  // Equally frequent ones in the order of their code units, whatever the language of the machine.
  const known = frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([word]) => word);
  if (known.length > 0) return categoriesFrom({ known });
  throw new OptionError(explain({ expected: `a category that is there ${minCount} times or more`, got: "none" }));
}

/** The categories that a saved `config` stands for. */
export function categoriesFrom(config: CategoriesConfig): Categories {
  const { known } = config;
  const ids = new Map(known.map((word, index) => [word, index + 1]));
  if (ids.size < known.length) {
    throw new OptionError(explain({ expected: "each known category once", got: show(known) }));
  }
  const idOf = (category: Category) => ids.get(wordOf(category) ?? "") ?? UNKNOWN;
  return {
    config,
    size: known.length + 1,
    decode: (id) => known[id - 1],
    encode(rows) {
      if (!rows.some(Array.isArray)) {
        return { data: Int32Array.from(rows as readonly Category[], idOf), shape: [rows.length] };
      }
      const made = ragged((rows as readonly (readonly Category[])[]).map((row) => Int32Array.from(row, idOf)));
      const isEven = made.lengths.every((length) => length === made.lengths[0]);
      return isEven ? { data: made.data, shape: [rows.length, made.lengths[0]!] } : made;
    },
  };
}

function allOf(rows: CategoryRows): readonly Category[] {
  return (rows as readonly (Category | readonly Category[])[]).flat();
}

/** `undefined` for what is missing. */
function wordOf(category: Category): string | undefined {
  if (category === null || category === undefined || category === "") return undefined;
  if (typeof category === "object" || typeof category === "function") {
    throw new OptionError(explain({ expected: "categories to be text or numbers", got: show(category) }));
  }
  return Number.isNaN(category) ? undefined : String(category);
}
