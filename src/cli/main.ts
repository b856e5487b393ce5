#!/usr/bin/env node
import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { RondoError } from "../errors.ts";
import { commands } from "./commands/index.ts";
import { Interrupted } from "./interrupt.ts";

const { version, description } = createRequire(import.meta.url)("../../package.json") as {
  version: string;
  description: string;
};

/** Exit codes: 0 done, 1 the work failed, 2 the command line made no sense, 128 + n stopped by signal n. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) {
    console.error(error.message);
    return 128 + error.signalNumber;
  }
  if (error instanceof RondoError) console.error(`error: ${error.message.replace(/\s*\n\s*/g, " ")}`);
  else console.error(error);
  return 1;
}

// A reader that has seen enough (`rondo … | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const program = new Command("rondo").description(description).version(version).exitOverride();
for (const register of commands) register(program);
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
