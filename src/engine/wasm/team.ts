import { explain, StateError } from "../../errors.ts";
import type { Program } from "../../program/format.ts";
import { workOf } from "../../program/work.ts";
import type { TeamKernels } from "./instance.ts";
import type { LinearMemory } from "./memory.ts";
import { maySleep, startThread, type Thread } from "./thread.ts";

/** Bytes; as much as the calling thread has, see `kernels/sources.js`. */
const STACK = 65_536;

/** Operations that take about as long as it takes to wake threads and to have them meet at every instruction. */
const LARGE_WORK = 1e6;

/** How long to wait for threads to leave a run that has failed, in milliseconds. */
const PARTING = 1000;

export interface SharedInstance {
  readonly kernels: TeamKernels;
  readonly memory: WebAssembly.Memory;
  /** To be instantiated by each thread over the same memory. */
  readonly module: WebAssembly.Module;
}

/** Stops the threads of teams that nobody uses any more: they would hold their memory for ever. */
const forgotten = new FinalizationRegistry<readonly Thread[]>((threads) => {
  for (const thread of threads) thread.stop();
});

/**
 * The calling thread and workers, which run a program together: each does its share of every instruction. Workers are
 * started when they are first needed; until they are there, and after they have failed, programs run without them.
 */
export class Team {
  /** Threads, the calling one included. */
  readonly members: number;
  readonly #kernels: TeamKernels;
  readonly #memory: LinearMemory;
  readonly #module: WebAssembly.Module;
  readonly #host: WebAssembly.Memory;
  readonly #maySleep = maySleep();
  #address = 0;
  readonly #threads: Thread[] = [];
  /** Apart from the team, so that what a thread may call does not keep the team alive. */
  readonly #state: { failure?: string } = {};

  readonly #largeWork: number;

  constructor(instance: SharedInstance, memory: LinearMemory, members: number, largeWork = LARGE_WORK) {
    this.members = members;
    this.#largeWork = largeWork;
    this.#kernels = instance.kernels;
    this.#module = instance.module;
    this.#host = instance.memory;
    this.#memory = memory;
  }

  /** Why the team works no more. */
  get failure(): string | undefined {
    return this.#state.failure;
  }

  /** Threads that run large programs now. */
  get working(): number {
    return this.failure === undefined ? this.members : 1;
  }

  /** Whether a program is large enough to be shared. */
  takes(program: Program): boolean {
    return workOf(program) >= this.#largeWork;
  }

  /** Whether all workers wait for a program. */
  get isReady(): boolean {
    if (this.#threads.length === 0 || this.#state.failure !== undefined) return false;
    return this.#kernels.present(this.#address) === this.members - 1;
  }

  /** Starts the workers, unless that was done; they are ready some time later. */
  start(): void {
    if (this.#address !== 0) return;
    const size = this.#kernels.team_size() / 4;
    this.#address = this.#memory.allocate(size);
    this.#memory.view("int32", this.#address, size).fill(0);
    const state = this.#state;
    forgotten.register(this, this.#threads);
    try {
      for (let member = 1; member < this.members; member++) {
        const duty = {
          module: this.#module,
          memory: this.#host,
          team: this.#address,
          member,
          members: this.members,
          stack: this.#memory.allocate(STACK / 4) + STACK,
        };
        this.#threads.push(
          startThread(duty, (reason) => {
            state.failure ??= reason;
          }),
        );
      }
    } catch (cause) {
      this.#disband(cause instanceof Error ? cause.message : String(cause));
    }
  }

  /**
   * Runs a program with all members; the team is ready. `slots` and `work` are the addresses of the first member's, and
   * those of the others lie so many elements further, one after another.
   * @throws StateError when a member fails, and then works no more
   */
  run(words: number, slots: number, slotsApart: number, work: number, workApart: number): void {
    const { __stack_pointer: stack } = this.#kernels;
    const before = stack.value;
    try {
      this.#kernels.lead(this.#address, words, slots, slotsApart, work, workApart, this.members, this.#maySleep);
    } catch (cause) {
      stack.value = before;
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#disband(reason);
      throw new StateError(
        explain({
          expected: "every thread to do its part of a run",
          got: `one that failed (${reason})`,
          remedy: "give the model its weights again, for they may be half updated; from now on one thread runs",
        }),
        { cause },
      );
    }
  }

  #disband(reason: string): void {
    this.#state.failure ??= reason;
    this.#kernels.abandon(this.#address);
    // Those who are in the midst of an instruction still write to memory.
    const latest = Date.now() + PARTING;
    while (this.#kernels.present(this.#address) > 0 && Date.now() < latest);
    for (const thread of this.#threads) thread.stop();
  }
}
