import { explain, requireNumber, StateError } from "../errors.ts";
import type { Schedule } from "./schedules/schedule.ts";

/** The learning rate of a training: what the schedule says, or what callbacks set it to where there is no schedule. */
export class LearningRate {
  readonly schedule: Schedule;
  /** The rate that was set, part of the optimizer's state; `undefined` while the optimizer's own rate holds. */
  fixed: number | undefined;

  constructor(schedule: Schedule, fixed?: number) {
    this.schedule = schedule;
    this.fixed = fixed;
  }

  /** The rate after `step` updates. */
  at(step: number): number {
    return this.fixed ?? this.schedule.at(step);
  }

  /** Fixes the rate until it is set again. */
  set(rate: number): void {
    requireNumber("learningRate", rate, "of at least 0", (x) => x >= 0);
    if (this.schedule.config?.name !== "constant") {
      const expected = "an optimizer with a constant learning rate, when the rate is set during training";
      const remedy = "use either a schedule or a callback that sets the rate";
      throw new StateError(explain({ expected, got: `the schedule ${this.schedule.name}`, remedy }));
    }
    this.fixed = rate;
  }
}
