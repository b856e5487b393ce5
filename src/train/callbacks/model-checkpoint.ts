import { explain, OptionError, requireInteger, show } from "../../errors.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Callback, EpochEnd } from "./callback.ts";
import { Monitor, type MonitorOptions, monitorOptionNames } from "./monitor.ts";

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Where to save: a path, or a function of what the epoch gave. */
  readonly path: string | ((epoch: EpochEnd) => string);
  /** Saves after this many updates each, or `"epoch"`: after each epoch. @default "epoch" */
  readonly saveFrequency?: "epoch" | number;
  /** Saves only when the metric has improved. @default false */
  readonly saveBestOnly?: boolean;
}

/**
 * Saves the model after each epoch, or after each that was better than all before, or after every so many updates. What
 * it saves is enough for `fit(…, { resume: true })` to go on bit for bit; a process that is killed while it saves leaves
 * the file before whole.
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const name = "modelCheckpoint";
  const monitor = new Monitor(name, options, [...monitorOptionNames, "path", "saveFrequency", "saveBestOnly"]);
  const { path, saveFrequency = "epoch", saveBestOnly = false } = options;
  requireBoolean("saveBestOnly", saveBestOnly);
  if (typeof path !== "function" && (typeof path !== "string" || path === "")) {
    throw new OptionError(explain({ expected: `\`path\` of ${name}() to be a path or a function`, got: show(path) }));
  }
  if (saveFrequency !== "epoch") {
    requireInteger("saveFrequency", saveFrequency, 1);
    if (saveBestOnly || typeof path === "function") {
      const expected = `\`saveFrequency: "epoch"\` for ${name}() with ${saveBestOnly ? "`saveBestOnly`" : "a function as `path`"}`;
      throw new OptionError(explain({ expected, got: show(saveFrequency), remedy: "metrics come after each epoch" }));
    }
  }
  const idle = saveBestOnly ? undefined : monitorOptionNames.find((option) => options[option] !== undefined);
  if (idle !== undefined) {
    const expected = `\`saveBestOnly: true\` beside \`${idle}\` of ${name}()`;
    throw new OptionError(explain({ expected, got: "false", remedy: "without it every epoch is saved" }));
  }
  return {
    name,
    onTrainBegin(event, control) {
      if (saveBestOnly) monitor.begin(event, control);
    },
    onBatchEnd({ step }, control) {
      if (saveFrequency !== "epoch" && step % saveFrequency === 0) control.save(path as string);
    },
    onEpochEnd(event, control) {
      if (saveFrequency !== "epoch") return;
      if (saveBestOnly) {
        const value = monitor.valueIn(event.metrics);
        if (!monitor.isBetter(value, monitor.best)) return;
        monitor.best = value;
      }
      control.save(typeof path === "function" ? path(event) : path);
    },
    state: () => ({ values: monitor.best ?? null }),
    restore({ values }) {
      monitor.best = (values as number | null) ?? undefined;
    },
  };
}
