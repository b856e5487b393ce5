/** The list of losses, and the only one. */
import { type Config, fromConfig, isConfig, notA } from "../config.ts";
import { binaryCrossentropy } from "./binary-crossentropy.ts";
import { categoricalCrossentropy } from "./categorical-crossentropy.ts";
import { categoricalHinge } from "./categorical-hinge.ts";
import { cosineSimilarity } from "./cosine-similarity.ts";
import { ctc } from "./ctc.ts";
import { customLoss } from "./custom-loss.ts";
import { hinge } from "./hinge.ts";
import { huber } from "./huber.ts";
import { klDivergence } from "./kl-divergence.ts";
import { logCosh } from "./log-cosh.ts";
import type { Loss, LossFunction } from "./loss.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { meanAbsolutePercentageError } from "./mean-absolute-percentage-error.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { meanSquaredLogarithmicError } from "./mean-squared-logarithmic-error.ts";
import { type MixedLossPart, mixedLoss } from "./mixed-loss.ts";
import { pinball } from "./pinball.ts";
import { poisson } from "./poisson.ts";
import { sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.ts";
import { squaredHinge } from "./squared-hinge.ts";
import { tukeyBiweight } from "./tukey-biweight.ts";

export const losses = {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  cosineSimilarity,
  ctc,
  hinge,
  huber,
  klDivergence,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  mixedLoss,
  pinball,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
  tukeyBiweight,
} as const;

export type LossName = keyof typeof losses;

/** Everything that a loss may be given as. */
export type LossLike = LossName | Config | Loss | LossFunction;

/** The loss that a name, a config or a user's function stands for; a loss stays itself. */
export function resolveLoss(loss: LossLike): Loss {
  if (typeof loss === "string") return fromConfig("loss", losses, loss);
  if (isConfig(loss)) return fromConfig("loss", losses, Array.isArray(loss.parts) ? withParts(loss) : loss);
  if (typeof loss === "function") return customLoss(loss);
  if (typeof loss === "object" && typeof loss?.values === "function") return loss;
  throw notA("loss", "a name, a loss or a function of (target, prediction)", loss);
}

/** The config of a mixed loss with the losses that its parts stand for. */
function withParts({ parts, ...rest }: Config) {
  const made = parts as unknown as readonly { readonly loss: LossLike; readonly weight?: number }[];
  const resolved = made.map(({ loss, ...part }): MixedLossPart => ({ ...part, loss: resolveLoss(loss) }));
  return { ...rest, name: rest.name, parts: resolved };
}
