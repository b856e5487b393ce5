/** All cells: the only list. */
import type { Cell } from "./cell.ts";
import { gru } from "./gru.ts";
import { lstm } from "./lstm.ts";
import { simpleRnn } from "./simple-rnn.ts";

export const cells = [simpleRnn, lstm, gru] as const satisfies readonly Cell[];
