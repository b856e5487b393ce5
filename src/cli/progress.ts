import type { ForecastEvent, Run } from "../forecast/index.ts";
import { shortNumber } from "./table.ts";

/** What the progress bar needs of stderr. */
export interface ProgressStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const BAR_CELLS = 20;
/** Milliseconds between two redrawings of the bar. */
const REDRAW = 80;
/** Without a terminal, a line is written each time this share of a run's epochs is done. */
const LINES_PER_RUN = 5;

/**
 * Shows training: on a terminal one line that is redrawn (run, epoch, batch, bar, loss, validation loss, time left), else
 * a plain line now and then, so that log files stay short.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #started: number;
  #drawn = Number.NEGATIVE_INFINITY;
  #validationLoss: number | undefined;
  /** The share of its epochs that each finished run took, to foretell the others. */
  readonly #shares: number[] = [];

  constructor(stream: ProgressStream, now: () => number = performance.now.bind(performance)) {
    this.#stream = stream;
    this.#now = now;
    this.#started = now();
  }

  /** Takes one event of a forecast. */
  update(event: ForecastEvent): void {
    if (event.type === "plan") return;
    if (event.type === "end") {
      this.#finishRun(event);
      return;
    }
    if (event.type === "epoch") this.#validationLoss = event.validationLoss;
    const done = event.type === "batch" ? event.epoch - 1 + event.batch / event.batches : event.epoch;
    if (this.#stream.isTTY) this.#draw(event, done / event.epochs);
    else if (event.type === "epoch" && isMilestone(event))
      this.#line(`${this.#describe(event)}  ${this.#left(event, done / event.epochs)}`);
  }

  /** Takes the bar off the terminal, so that other text can follow. */
  clear(): void {
    if (this.#stream.isTTY && this.#drawn > Number.NEGATIVE_INFINITY) this.#stream.write("\r\u001b[K");
  }

  #draw(event: Exclude<ForecastEvent, { type: "plan" | "end" }>, done: number): void {
    if (this.#now() - this.#drawn < REDRAW) return;
    this.#drawn = this.#now();
    const filled = Math.round(BAR_CELLS * done);
    const bar = "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
    const text = `${this.#describe(event)}  ${bar}  ${this.#left(event, done)}`;
    this.#stream.write(`\r\u001b[K${text.slice(0, (this.#stream.columns ?? 120) - 1)}`);
  }

  #describe(event: Exclude<ForecastEvent, { type: "plan" | "end" }>): string {
    const batch = event.type === "batch" ? `  batch ${event.batch}/${event.batches}` : "";
    const validation = this.#validationLoss === undefined ? "" : `  val_loss ${shortNumber(this.#validationLoss)}`;
    return `${runName(event)}  epoch ${event.epoch}/${event.epochs}${batch}  loss ${shortNumber(event.loss)}${validation}`;
  }

  /** The time left, from the time per epoch so far and the share of epochs that earlier runs took. */
  #left({ run, runs }: Run, done: number): string {
    const usual =
      this.#shares.length > 0 ? this.#shares.reduce((sum, share) => sum + share, 0) / this.#shares.length : 1;
    const before = this.#shares.reduce((sum, share) => sum + share, 0);
    const ahead = Math.max(0, usual - done) + (runs - run) * usual;
    const seconds = ((this.#now() - this.#started) / 1000 / (before + done)) * ahead;
    const minutes = Math.floor(seconds / 60);
    return Number.isFinite(seconds) ? `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")} left` : "";
  }

  #finishRun(event: Extract<ForecastEvent, { type: "end" }>): void {
    this.clear();
    this.#shares.push(event.epoch / event.epochs);
    this.#validationLoss = undefined;
    const validation =
      event.validationLoss === undefined ? "" : `, validation loss ${shortNumber(event.validationLoss)}`;
    const early =
      event.epoch < event.epochs
        ? `stopped early after ${event.epoch} of ${event.epochs} epochs`
        : `${event.epochs} epochs`;
    const best = event.validationLoss === undefined ? "" : `, best epoch ${event.bestEpoch}`;
    this.#line(`${runName(event)}  ${early}${best}, loss ${shortNumber(event.loss)}${validation}`);
  }

  #line(text: string): void {
    this.#stream.write(`${text}\n`);
  }
}

function runName({ stage, run, runs }: Run): string {
  return `${stage === "backtest" ? "back-test" : "forecast "} ${run}/${runs}`;
}

function isMilestone({ epoch, epochs }: Run): boolean {
  const reached = (at: number) => Math.floor((at * LINES_PER_RUN) / epochs);
  return reached(epoch) > reached(epoch - 1);
}
