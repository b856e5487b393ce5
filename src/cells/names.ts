/**
 * The names of the library's cells, apart from the cells themselves: a program that uses one cell need not hold all of
 * them to know that a name is taken.
 */
export const cellNames = ["simpleRnn", "lstm", "gru"] as const;

export type CellName = (typeof cellNames)[number];
