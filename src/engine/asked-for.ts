/** The engine that somebody asked for. It loads where somebody does. */
import { explain, OptionError, requireChoice, show } from "../errors.ts";
import type { Engine } from "./engine.ts";
import { type EngineChoice, engineNamed, engineNames } from "./select.ts";

/** The choice, or else the engine that `RONDO_ENGINE` names, which is `environment`. */
export async function engineAskedFor(
  choice: EngineChoice | undefined,
  environment: string | undefined,
): Promise<Engine> {
  if (typeof choice === "object" && choice !== null) {
    if (typeof choice.load === "function" && typeof choice.allocate === "function") return choice;
    throw new OptionError(explain({ expected: "`engine` to be an engine or its name", got: show(choice) }));
  }
  const [option, name] = choice === undefined ? ["RONDO_ENGINE", environment] : ["engine", choice];
  requireChoice(option, name, engineNames);
  return await engineNamed(name);
}
