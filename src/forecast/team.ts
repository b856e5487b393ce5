import type { Anchor } from "./anchors.ts";
import { type Candidate, type Member, trainCandidate } from "./candidates.ts";
import type { ForecastEvent } from "./events.ts";
import type { Architecture } from "./network.ts";
import type { Plan } from "./plan.ts";
import type { CurvePoint, Stage } from "./result.ts";
import type { FilledSeries } from "./samples.ts";
import { originsBefore, type Work } from "./work.ts";

export interface TeamOptions {
  plan: Plan;
  work: Work;
  architecture: Architecture;
  seed: number;
  signal: AbortSignal | undefined;
  onEvent(event: ForecastEvent): void;
}

/** Trains the networks of a forecast, one after the other, and tells how far it is. */
export class Team {
  /** The losses of all epochs of all networks so far. */
  readonly curve: CurvePoint[] = [];
  readonly #options: TeamOptions;
  #run = 0;
  #runs: number;

  /** @param expected how many networks will be trained, as far as is known before */
  constructor(options: TeamOptions, expected: number) {
    this.#options = options;
    this.#runs = expected;
  }

  /** One candidate per anchor, trained on the training part and stopped early by the validation part. */
  async audition(series: FilledSeries): Promise<Candidate[]> {
    const { work } = this.#options;
    const { trainingOrigins, validationOrigins, epochs } = work;
    const candidates: Candidate[] = [];
    for (const anchor of work.anchors) {
      candidates.push(await this.#train("backtest", anchor, series, epochs, { trainingOrigins, validationOrigins }));
    }
    return candidates;
  }

  /** New networks for the members' anchors, trained on the whole series for the epochs that were best. */
  async retrain(members: readonly Member[], series: FilledSeries): Promise<Member[]> {
    const { plan } = this.#options;
    const trainingOrigins = originsBefore(series, plan, series.values.length);
    this.#runs = this.#run + members.filter(({ candidate }) => candidate.corrects).length;
    const final: Member[] = [];
    for (const member of members) {
      const { anchor, corrects, network } = member.candidate;
      if (!corrects) {
        final.push(member);
        continue;
      }
      const candidate = await this.#train("forecast", anchor, series, network.bestEpoch, { trainingOrigins });
      final.push({ ...member, candidate });
    }
    return final;
  }

  async #train(
    stage: Stage,
    anchor: Anchor,
    series: FilledSeries,
    epochs: number,
    origins: { trainingOrigins: readonly number[]; validationOrigins?: readonly number[] },
  ): Promise<Candidate> {
    const { plan, work, architecture, seed, signal, onEvent } = this.#options;
    const { window, horizon, learntSeason, cycles } = plan;
    this.#run++;
    const place = { stage, run: this.#run, runs: this.#runs, epochs };
    const candidate = await trainCandidate({
      ...{
        run: this.#run,
        anchor,
        series,
        architecture,
        epochs,
        signal,
        patience: work.patience,
        batchSize: work.batchSize,
        ...origins,
      },
      shape: { window, horizon, season: learntSeason, cycles },
      // Networks of one team differ in their seeds; the same seed gives the same team.
      seed: seed * 1000 + this.#run,
      onBatch: ({ epoch, batch, batches, loss }) => onEvent({ type: "batch", ...place, epoch, batch, batches, loss }),
      onEpoch: (losses) => {
        this.curve.push({ stage, network: place.run, ...losses });
        onEvent({ type: "epoch", ...place, ...losses });
      },
    });
    const { bestEpoch, epochs: epoch, loss, validationLoss } = candidate.network;
    onEvent({ type: "end", ...place, epoch, bestEpoch, loss, ...(validationLoss !== undefined && { validationLoss }) });
    return candidate;
  }
}
