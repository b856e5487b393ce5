/** The loop over epochs and batches. */
import type { BatchStream, Examples } from "../data/batches.ts";
import type { Audience } from "./audience.ts";
import { type FitOptions, type Plan, plan, type Validation } from "./fit-options.ts";
import { addEpoch, type History } from "./history.ts";
import type { Progress } from "./progress.ts";
import { Tally } from "./tally.ts";
import type { Trainee } from "./trainee.ts";
import { yieldToEventLoop } from "./yield-to-event-loop.ts";

/**
 * Trains until the last epoch, or until a callback or the signal stops it. What was stopped within an epoch is not in the
 * history, but it is in the model and in its `progress`, from which `resume: true` goes on.
 *
 * The order of the rows depends on `seed` and the number of the epoch alone, and whatever else is random on the model's
 * own seed and step, so that the same call gives the same model, and a resumed one too. One training at a time is what the
 * model sees to.
 */
export async function fit(trainee: Trainee, data: Examples | BatchStream, options: FitOptions = {}): Promise<History> {
  const planned = await plan(trainee, data, options);
  try {
    return await new Training(trainee, planned).run();
  } finally {
    await planned.source.close?.();
    await planned.validation?.close?.();
  }
}

class Training {
  readonly #trainee: Trainee;
  readonly #plan: Plan;
  readonly #giveWay = yieldToEventLoop();
  /** Whom to tell; nobody where there are no callbacks. */
  #audience: Audience | undefined;
  /** Where this training stands, but for the callbacks' states. */
  #history: History;
  #epoch: number;
  #batch: number;
  #tally: Tally;
  #stopped: string | undefined;

  constructor(trainee: Trainee, plan: Plan) {
    const { epoch, batch, sums, history } = plan.from;
    this.#trainee = trainee;
    this.#plan = plan;
    this.#history = { epochs: history.epochs, metrics: history.metrics };
    this.#epoch = epoch;
    this.#batch = batch;
    this.#tally = new Tally(trainee.metrics, batch > 0 ? sums : {});
  }

  async run(): Promise<History> {
    const { epochs, callbacks } = this.#plan;
    if (callbacks.length > 0) {
      const { Audience } = await import("./audience.ts");
      this.#audience = await Audience.gather(this.#trainee, this.#plan, (reason) => {
        this.#stopped ??= reason;
      });
    }
    while (this.#epoch < epochs && !this.#mustStop()) await this.#runEpoch();

    const stopped = this.#stopped === undefined ? {} : { stopped: this.#stopped };
    await this.#tell((audience) => audience.trainEnd(this.#epoch, stopped));
    return { ...this.#history, ...stopped };
  }

  async #runEpoch(): Promise<void> {
    const epoch = this.#epoch;
    if (this.#batch === 0) await this.#trainee.resetStates();
    await this.#tell((audience) => audience.epochBegin(epoch, this.#batch));
    if (this.#mustStop() || !(await this.#trainBatches())) return;

    const metrics = this.#tally.results();
    const { validation } = this.#plan;
    if (validation !== undefined) {
      const tally = await this.#validate(validation);
      if (tally === undefined) return;
      Object.assign(metrics, tally.results("val_"));
    }
    this.#history = addEpoch(this.#history, epoch, metrics);
    this.#epoch = epoch + 1;
    this.#batch = 0;
    this.#tally = new Tally(this.#trainee.metrics);
    await this.#tell((audience) => audience.epochEnd(epoch, metrics));
  }

  async #validate(validation: Validation): Promise<Tally | undefined> {
    const epoch = this.#epoch;
    await this.#tell((audience) => audience.testBegin(epoch));
    try {
      return await validation.measure(epoch, () => this.#mustStop());
    } finally {
      await this.#tell((audience) => audience.testEnd(epoch));
    }
  }

  /** Trains on the batches that are left of this epoch; false when it was stopped among them. */
  async #trainBatches(): Promise<boolean> {
    const { source, callbacks, classWeight } = this.#plan;
    const epoch = this.#epoch;
    const guarded = callbacks.some(({ guardsWeights }) => guardsWeights);
    for await (const batch of source.epoch(epoch, this.#batch)) {
      const { rows } = batch;
      const { learningRate } = this.#trainee;
      const result = await this.#trainee.trainBatch(classWeight ? { ...batch, classWeight } : batch, guarded);
      this.#tally.add(result, rows * (batch.segment?.share ?? 1));
      const told = { epoch, batch: this.#batch++, rows, learningRate };
      await this.#tell((audience) => audience.batchEnd(told, result, this.#tally.results()));
      await this.#giveWay();
      if (this.#mustStop()) return false;
    }
    return true;
  }

  #mustStop(): boolean {
    if (this.#plan.signal?.aborted) this.#stopped ??= "aborted";
    return this.#stopped !== undefined;
  }

  async #tell(event: (audience: Audience) => Promise<void>): Promise<void> {
    this.#trainee.progress = this.#progress();
    if (this.#audience === undefined) return;
    await event(this.#audience);
    // Set on both sides, so that it is right for whoever saves the model during the event and exact afterwards.
    this.#trainee.progress = this.#progress();
    await this.#audience.save();
  }

  #progress(): Progress {
    const { from, order } = this.#plan;
    return {
      initialEpoch: from.initialEpoch,
      epoch: this.#epoch,
      batch: this.#batch,
      sums: this.#batch > 0 ? this.#tally.sums : {},
      order,
      history: this.#history,
      callbacks: this.#audience?.states ?? {},
    };
  }
}
