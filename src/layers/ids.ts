import { explain, OptionError } from "../errors.ts";

/** Throws an `OptionError` unless all ids are below `vocabulary`. @param title of the layer that looks them up */
export function requireIds(ids: ArrayLike<number>, vocabulary: number, title: string): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (Number.isInteger(id) && id >= 0 && id < vocabulary) continue;
    const expected = `ids from 0 to ${vocabulary - 1} for ${title}`;
    const remedy = "make `vocabulary` one larger than the largest id";
    throw new OptionError(explain({ expected, got: String(id), ...(id >= vocabulary && { remedy }) }));
  }
}
