/** Looks for the most probable sequences: the best few beginnings go on side by side. */
import { rejectUnknown, requireNumber } from "../errors.ts";
import { type PromptOptions, readPrompt, type Written } from "./generate.ts";
import { logProbabilities } from "./log-probabilities.ts";
import { readIds, type StepModel } from "./step-model.ts";

export interface BeamSearchOptions extends PromptOptions {
  /**
   * α of Wu et al. 2016: sequences Y compare by log P(Y) / lp(Y), lp(Y) = ((5 + |Y|) / 6)^α, where |Y| counts the end id.
   * 0 compares probabilities, which favours short ones. @default 0
   */
  readonly lengthPenalty?: number;
}

export interface BeamResult extends Written {
  /** log P / lp, by which sequences compare. */
  readonly score: number;
}

interface Beginning {
  readonly ids: readonly number[];
  readonly logProbability: number;
}

/**
 * The best sequences that a beam as wide as the model has rows finds, best first; at most as many as it has rows. A beam
 * of width 1 is the greedy choice.
 *
 * The search ends early when no beginning can become better than what has ended.
 */
export async function beamSearch(model: StepModel, options: BeamSearchOptions): Promise<BeamResult[]> {
  rejectUnknown("beamSearch()", options, ["prompt", "length", "endId", "fromLogits", "lengthPenalty"]);
  const { length, endId, fromLogits = false, lengthPenalty = 0 } = options;
  requireNumber("lengthPenalty", lengthPenalty, "of at least 0", (x) => x >= 0);
  const width = model.rows;
  const penalty = (ids: number) => ((5 + ids) / 6) ** lengthPenalty;
  let done: BeamResult[] = [];
  const finish = ({ ids, logProbability }: Beginning, ended: boolean) => {
    const score = logProbability / penalty(ids.length + (ended ? 1 : 0));
    done.push({ ids, logProbability, score, ended });
    done = done.sort((a, b) => b.score - a.score).slice(0, width);
  };

  let logits = await readPrompt(model, options);
  let beam: readonly Beginning[] = [{ ids: [], logProbability: 0 }];
  for (let count = 1; ; count++) {
    const live: (Beginning & { readonly row: number })[] = [];
    for (const [rank, { row, id, logProbability }] of candidates(beam, logits, width).entries()) {
      if (id !== endId) live.push({ ids: [...beam[row]!.ids, id], logProbability, row });
      // What ends counts where it is among the best: otherwise every beginning would end at every step.
      else if (rank < width) finish({ ids: beam[row]!.ids, logProbability }, true);
      if (live.length === width) break;
    }
    if (count === length || live.length === 0) {
      for (const beginning of live) finish(beginning, false);
      return done;
    }
    // Probabilities only fall; the penalty is mildest for the longest.
    const bound = live[0]!.logProbability / penalty(length);
    if (done.length === width && done.at(-1)!.score >= bound) return done;
    beam = live;
    const rows = Array.from({ length: width }, (_, i) => live[Math.min(i, live.length - 1)]!);
    model.reorder(rows.map(({ row }) => row));
    logits = await readIds(
      model,
      Int32Array.from(rows, ({ ids }) => ids.at(-1)!),
      fromLogits,
    );
  }
}

/** Every beginning with every id after it, best first: as many as may be needed when up to `width` of them end. */
function candidates(beam: readonly Beginning[], logits: readonly Float64Array[], width: number) {
  return beam
    .flatMap((beginning, row) =>
      Array.from(logProbabilities(logits[row]!), (log, id) => ({
        row,
        id,
        logProbability: beginning.logProbability + log,
      })),
    )
    .filter(({ logProbability }) => logProbability > Number.NEGATIVE_INFINITY)
    .sort((a, b) => b.logProbability - a.logProbability || a.row - b.row || a.id - b.id)
    .slice(0, 2 * width);
}
