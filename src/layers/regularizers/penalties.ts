/** What regularizers do, by name. */
import type { RegularizerName } from "./index.ts";
import { l1 } from "./l1.ts";
import { l1l2 } from "./l1l2.ts";
import { l2 } from "./l2.ts";
import type { Penalty } from "./regularizer.ts";

export const penalties: { readonly [N in RegularizerName]: Penalty<N> } = { l1, l2, l1l2 };
