import type { ForecastEvent, Run } from "../forecast/index.ts";
import { shortNumber } from "./table.ts";

type Training = Exclude<ForecastEvent, { type: "plan" | "end" }>;

/** What the progress bar needs of stderr. */
export interface ProgressStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

const MOST_CELLS = 20;
/** Milliseconds between two redrawings of the bar. */
const REDRAW = 80;
/** Milliseconds between two lines where there is no terminal. */
const NEXT_LINE = 2000;

/**
 * Shows training: on a terminal one line that is redrawn (run, epoch, batch, bar, loss, validation loss, time left), else
 * a plain line now and then, so that log files stay short.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #started: number;
  #shown: number;
  #validationLoss: number | undefined;
  /** The epochs of the finished runs, to foretell the others. */
  readonly #finished: number[] = [];

  constructor(stream: ProgressStream, now: () => number = performance.now.bind(performance)) {
    this.#stream = stream;
    this.#now = now;
    this.#started = now();
    this.#shown = this.#started;
  }

  /** Takes one event of a forecast. */
  update(event: ForecastEvent): void {
    if (event.type === "plan") return;
    if (event.type === "end") {
      this.#finishRun(event);
      return;
    }
    if (event.type === "epoch") this.#validationLoss = event.validationLoss;
    const every = this.#stream.isTTY ? REDRAW : NEXT_LINE;
    if ((!this.#stream.isTTY && event.type === "batch") || this.#now() - this.#shown < every) return;
    this.#shown = this.#now();
    const done = event.type === "batch" ? event.epoch - 1 + event.batch / event.batches : event.epoch;
    this.#show(event, done);
  }

  /** Takes the bar off the terminal, so that other text can follow. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\u001b[K");
  }

  #show(event: Training, done: number): void {
    const [state, left] = [this.#describe(event), this.#left(event, done)];
    if (!this.#stream.isTTY) {
      this.#stream.write(`${state}  ${left}\n`);
      return;
    }
    const { columns = 120 } = this.#stream;
    // The bar gets what the numbers leave over.
    const cells = Math.max(0, Math.min(MOST_CELLS, columns - state.length - left.length - 5));
    const filled = Math.round((cells * done) / event.epochs);
    const bar = "█".repeat(filled) + "░".repeat(cells - filled);
    this.#stream.write(`\r\u001b[K${`${state}  ${bar}  ${left}`.slice(0, columns - 1)}`);
  }

  #describe(event: Training): string {
    const batch = event.type === "batch" ? `  batch ${event.batch}/${event.batches}` : "";
    const validation = this.#validationLoss === undefined ? "" : `  val ${shortNumber(this.#validationLoss)}`;
    return `${runName(event)}  epoch ${event.epoch}/${event.epochs}${batch}  loss ${shortNumber(event.loss)}${validation}`;
  }

  /** The time left, from the time per epoch so far and the epochs that earlier runs took before they stopped. */
  #left({ run, runs, epochs }: Run, done: number): string {
    const before = this.#finished.reduce((sum, count) => sum + count, 0);
    const usual = this.#finished.length > 0 ? before / this.#finished.length : epochs;
    const ahead = Math.max(0, Math.min(usual, epochs) - done) + (runs - run) * usual;
    const seconds = ((this.#now() - this.#started) / 1000 / (before + done)) * ahead;
    const minutes = Math.floor(seconds / 60);
    return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")} left`;
  }

  #finishRun(event: Extract<ForecastEvent, { type: "end" }>): void {
    this.clear();
    this.#finished.push(event.epoch);
    this.#validationLoss = undefined;
    const validation =
      event.validationLoss === undefined ? "" : `, validation loss ${shortNumber(event.validationLoss)}`;
    const early =
      event.epoch < event.epochs
        ? `stopped early after ${event.epoch} of ${event.epochs} epochs`
        : `${event.epochs} epochs`;
    const best = event.validationLoss === undefined ? "" : `, best epoch ${event.bestEpoch}`;
    this.#stream.write(`${runName(event)}  ${early}${best}, loss ${shortNumber(event.loss)}${validation}\n`);
  }
}

function runName({ stage, run, runs }: Run): string {
  return `${stage === "backtest" ? "back-test" : "forecast "} ${run}/${runs}`;
}
