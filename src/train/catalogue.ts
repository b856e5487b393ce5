/** The lists of everything that training can be told by name. Only `by-name.ts`, the front door and what needs them at once may import them. */
import { balances, resolveBalance } from "./balance/index.ts";
import { provideCatalogue } from "./by-name.ts";
import { losses, resolveLoss } from "./losses/index.ts";
import { metricNames, resolveMetric } from "./metrics/index.ts";
import { optimizers, resolveOptimizer } from "./optimizers/index.ts";
import { surround } from "./optimizers/surround.ts";
import { resolveSchedule } from "./schedules/index.ts";

export const catalogue = {
  resolveBalance,
  resolveLoss,
  resolveMetric,
  resolveOptimizer,
  resolveSchedule,
  surround,
} as const;

export type Catalogue = typeof catalogue;

export { balances, losses, metricNames, optimizers };

// Bundlers leave this out together with the lists where nothing uses them; the lists load later then, if at all.
provideCatalogue(catalogue);
