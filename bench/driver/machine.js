/** What the figures were measured on, and whether its cores are whole ones. */
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism, cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { median } from "./statistics.js";

export function machine() {
  const git = spawnSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.version,
    commit: git.status === 0 ? git.stdout.trim() : "unknown",
  };
}

const loop =
  "let x = 1; const s = performance.now(); for (let i = 0; i < 4e8; i++) x = x * 0.999 + i; console.log(performance.now() - s, x)";

function timeOfLoop() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["-e", loop], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", (text) => resolve(Number.parseFloat(text)));
    child.once("error", reject);
  });
}

/** How much longer work takes on one core while every other core works too: 1 where cores share nothing. */
export async function crowding() {
  const ratios = [];
  for (let round = 0; round < 3; round++) {
    const alone = await timeOfLoop();
    const together = await Promise.all(Array.from({ length: availableParallelism() }, timeOfLoop));
    ratios.push(median(together) / alone);
  }
  return median(ratios);
}
