import type { Cell } from "../cells/cell.ts";
import type { NumericArray } from "../data/array.ts";
import type { EngineChoice } from "../engine/select.ts";
import { FormatError, RondoError, rejectUnknown } from "../errors.ts";
import { readFile } from "../io/files.ts";
import { Model } from "./model.ts";
import type { Prediction } from "./names.ts";
import { decodeModel } from "./restoring.ts";

export interface LoadOptions {
  /** Cells of your own that the model uses. @default none */
  readonly cells?: readonly Cell[];
  /** What runs the model; see `compile`. */
  readonly engine?: EngineChoice;
}

/**
 * Makes a model of what `toBytes` gave. It is compiled if it was then, and goes on where it stood.
 *
 * @typeParam P what it predicts: `Record<string, NumericArray>` for a model with several outputs
 */
export function fromBytes<P extends Prediction = NumericArray>(bytes: Uint8Array, options: LoadOptions = {}): Model<P> {
  rejectUnknown("load()", options, ["cells", "engine"]);
  const { cells = [], engine } = options;
  const saved = decodeModel(bytes, { cells });
  return new Model<P>(saved.network, saved, engine);
}

/** Makes a model of what `save` wrote; see `fromBytes`. */
export async function load<P extends Prediction = NumericArray>(
  path: string,
  options: LoadOptions = {},
): Promise<Model<P>> {
  rejectUnknown("load()", options, ["cells", "engine"]);
  const bytes = await readFile(path);
  try {
    return fromBytes<P>(bytes, options);
  } catch (cause) {
    if (!(cause instanceof RondoError)) throw cause;
    throw new FormatError(`${path}: ${cause.message}`, { cause });
  }
}
