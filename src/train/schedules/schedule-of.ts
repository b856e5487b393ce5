import { knownCatalogue } from "../by-name.ts";
import { type Config, isConfig, notA } from "../config.ts";
import { constant } from "./constant.ts";
import type { Schedule } from "./schedule.ts";

/** Everything that a learning rate may be given as. */
export type ScheduleLike = number | Schedule | Config | ((step: number) => number);

/** The schedule that a number, a config or a user's function stands for; a schedule stays itself. */
export function scheduleOf(learningRate: ScheduleLike): Schedule {
  if (typeof learningRate === "number") return constant({ learningRate });
  if (typeof learningRate === "function") return { name: learningRate.name || "customSchedule", at: learningRate };
  if (isConfig(learningRate)) return knownCatalogue()?.resolveSchedule(learningRate) ?? scheduleToCome(learningRate);
  if (typeof learningRate === "object" && typeof learningRate?.at === "function") return learningRate;
  throw notA("learningRate", "a number, a schedule or a function of the number of updates", learningRate);
}

/** A schedule by name whose list is still to be loaded. */
function scheduleToCome(config: Config): Schedule {
  let schedule: Schedule | undefined;
  return {
    name: config.name,
    config,
    isToCome: true,
    at(step) {
      schedule ??= knownCatalogue()!.resolveSchedule(config);
      return schedule.at(step);
    },
  };
}
