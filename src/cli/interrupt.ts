import { StateError } from "../errors.ts";

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** The work was stopped from outside. */
export class Interrupted extends StateError {
  readonly signalNumber: number;

  constructor(signalNumber: number) {
    super("Stopped: training was interrupted and nothing was written.");
    this.signalNumber = signalNumber;
  }
}

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts, and throws `Interrupted` once the work has stopped. A second
 * Ctrl-C ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: keyof typeof SIGNALS) => {
    if (controller.signal.aborted) process.exit(128 + SIGNALS[name]);
    controller.abort(new Interrupted(SIGNALS[name]));
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
