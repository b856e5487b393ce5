/** The list of losses, and the only one. */
import { type Config, fromConfig, isConfig, notA } from "../config.ts";
import { binaryCrossentropy } from "./binary-crossentropy.ts";
import { categoricalCrossentropy } from "./categorical-crossentropy.ts";
import { ctc } from "./ctc.ts";
import { customLoss } from "./custom-loss.ts";
import { huber } from "./huber.ts";
import type { Loss, LossFunction } from "./loss.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { pinball } from "./pinball.ts";
import { sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";

export const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  ctc,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  pinball,
  sparseCategoricalCrossentropy,
} as const;

export type LossName = keyof typeof losses;

/** Everything that a loss may be given as. */
export type LossLike = LossName | Config | Loss | LossFunction;

/** The loss that a name, a config or a user's function stands for; a loss stays itself. */
export function resolveLoss(loss: LossLike): Loss {
  if (typeof loss === "string" || isConfig(loss)) return fromConfig("loss", losses, loss);
  if (typeof loss === "function") return customLoss(loss);
  if (typeof loss === "object" && typeof loss?.values === "function") return loss;
  throw notA("loss", "a name, a loss or a function of (target, prediction)", loss);
}
