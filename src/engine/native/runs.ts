/** The runs of one engine, one after another: programs share memory, and one may write what the next one reads. */
import type { Addon, Bound } from "./addon.ts";

export class Runs {
  readonly #addon: Addon;
  #running: Bound | undefined;
  #last: Promise<void> | undefined;

  constructor(addon: Addon) {
    this.#addon = addon;
  }

  /** Whether nothing is under way and nothing waits. */
  get isIdle(): boolean {
    return this.#last === undefined;
  }

  /** Starts a program when those before it are done; `bind` settles then which memory it runs with. */
  start(bind: () => { readonly bound: Bound; readonly owner: object }): Promise<void> {
    const run = async () => {
      const { bound, owner } = bind();
      this.#running = bound;
      try {
        await this.#addon.start(bound, owner);
      } finally {
        this.#running = undefined;
      }
    };
    const result = this.#last === undefined ? run() : this.#last.then(run, run);
    const settled = result.finally(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    this.#last = settled;
    return settled;
  }

  /** Returns when no program is running; none begins before the caller gives way. */
  settle(): void {
    if (this.#running !== undefined) this.#addon.wait(this.#running);
  }
}
