/** Writes on: one id after another, each chosen from what the model gives after those before. */
import { explain, OptionError, rejectUnknown, requireInteger, show } from "../errors.ts";
import { type Choose, greedy } from "./choose.ts";
import { logProbabilities } from "./log-probabilities.ts";
import { readIds, type StepModel } from "./step-model.ts";

export interface PromptOptions {
  /** Ids that every row begins with, at least one: a start id, or the text to go on from. */
  readonly prompt: ArrayLike<number>;
  /** Ids to write at most. */
  readonly length: number;
  /** The id that ends a sequence. @default none */
  readonly endId?: number;
  /** Whether the model gives logits rather than probabilities. @default false */
  readonly fromLogits?: boolean;
}

export interface GenerateOptions extends PromptOptions {
  /** @default greedy() */
  readonly choose?: Choose;
}

/** A sequence that was written. */
export interface Written {
  /** The ids after the prompt, without the end id. */
  readonly ids: readonly number[];
  /** log P of these ids, and of the end id if it came, under the model itself: before temperature, top-k and top-p. */
  readonly logProbability: number;
  /** Whether the end id came. */
  readonly ended: boolean;
}

/**
 * Writes one sequence for each row of the model, which begins anew.
 *
 * ```ts
 * const [written] = await generate(await model.stream(), { prompt: ids, length: 200, choose: sample({ topP: 0.9 }) });
 * ```
 */
export async function generate(model: StepModel, options: GenerateOptions): Promise<Written[]> {
  rejectUnknown("generate()", options, ["prompt", "length", "endId", "fromLogits", "choose"]);
  const { length, endId, fromLogits = false, choose = greedy() } = options;
  const rows = Array.from({ length: model.rows }, () => ({ ids: [] as number[], logProbability: 0, ended: false }));
  let logits = await readPrompt(model, options);
  for (let count = 1; ; count++) {
    for (const [row, written] of rows.entries()) {
      if (written.ended) continue;
      const id = choose(logits[row]!, row);
      written.logProbability += logProbabilities(logits[row]!)[id]!;
      if (id === endId) written.ended = true;
      else written.ids.push(id);
    }
    if (count === length || rows.every(({ ended }) => ended)) return rows;
    // A row that has ended reads on, unheard.
    const next = rows.map(({ ids, ended }) => (ended ? endId! : ids.at(-1)!));
    logits = await readIds(model, Int32Array.from(next), fromLogits);
  }
}

/** Begins anew and reads the prompt in every row; gives the logits of what follows it. */
export async function readPrompt(model: StepModel, options: PromptOptions): Promise<Float64Array[]> {
  const { prompt, length, endId, fromLogits = false } = options;
  requireInteger("length", length, 1);
  if (endId !== undefined) requireInteger("endId", endId, 0);
  if (typeof model?.reset !== "function" || typeof model.step !== "function") {
    const remedy = "give `await model.stream()`, or stepModel()";
    throw new OptionError(explain({ expected: "a model that reads step by step", got: show(model), remedy }));
  }
  const isId = (id: unknown) => Number.isInteger(id) && (id as number) >= 0;
  const isList = Array.isArray(prompt) || ArrayBuffer.isView(prompt);
  if (!isList || prompt.length === 0 || !Array.from(prompt).every(isId)) {
    const remedy = "begin with a start id, or with the text to go on from";
    throw new OptionError(explain({ expected: "`prompt` to be a list of at least one id", got: show(prompt), remedy }));
  }
  model.reset();
  let logits: Float64Array[] = [];
  for (let i = 0; i < prompt.length; i++) {
    logits = await readIds(model, new Int32Array(model.rows).fill(prompt[i]!), fromLogits);
  }
  const ids = logits[0]!.length;
  if (endId === undefined || endId < ids) return logits;
  throw new OptionError(explain({ expected: `\`endId\` below ${ids}, the number of ids`, got: `${endId}` }));
}
