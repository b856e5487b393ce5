/** What `compile` takes: a transformation of gradients and the learning rate that goes with it. */
import type { Config } from "../config.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { Transformation } from "./transformation.ts";

export interface Optimizer {
  readonly name: string;
  /** Absent when a part of it is a user's own function: it cannot be saved then. */
  readonly config?: Config;
  readonly schedule: Schedule;
  readonly transformation: Transformation;
}
