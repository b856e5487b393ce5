/** All cells by name: the only list. */
import type { Cell } from "./cell.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import type { CellName } from "./names.ts";
import { simpleRnn } from "./simple-rnn.ts";

const table = { simpleRnn, lstm, gru } as const satisfies { readonly [Name in CellName]: unknown };

export const cells: readonly Cell[] = Object.values(table) as readonly unknown[] as readonly Cell[];
