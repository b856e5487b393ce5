import { explain, OptionError, show } from "../../errors.ts";
import { requireBoolean } from "../require-boolean.ts";
import type { Callback, EpochEnd } from "./callback.ts";
import { Monitor, type MonitorOptions, monitorOptionNames } from "./monitor.ts";

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Where to save: a path, or a function of what the epoch gave. */
  readonly path: string | ((epoch: EpochEnd) => string);
  /** Saves only when the metric has improved. @default false */
  readonly saveBestOnly?: boolean;
}

/** Saves the model after each epoch, or after each that was better than all before. */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const name = "modelCheckpoint";
  const monitor = new Monitor(name, options, [...monitorOptionNames, "path", "saveBestOnly"]);
  const { path, saveBestOnly = false } = options;
  requireBoolean("saveBestOnly", saveBestOnly);
  if (typeof path !== "function" && (typeof path !== "string" || path === "")) {
    throw new OptionError(explain({ expected: `\`path\` of ${name}() to be a path or a function`, got: show(path) }));
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
    onEpochEnd(event, control) {
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
