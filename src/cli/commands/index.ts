import type { Command } from "commander";
import { registerCells } from "./cells.ts";
import { registerCompare } from "./compare.ts";
import { registerForecast } from "./forecast.ts";
import { registerInfo } from "./info.ts";

/** Every command of the program; each adds itself to it. */
export const commands: readonly ((program: Command) => void)[] = [
  registerCells,
  registerCompare,
  registerForecast,
  registerInfo,
];
