/** What was measured, one file that grows: what is there is not run again. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = fileURLToPath(new URL("../results/results.json", import.meta.url));

export function readResults() {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];
}

/** Adds a result, in the place of one of the same task, variant and seed. */
export function addResult(result) {
  const others = readResults().filter((known) => !isSame(known, result));
  const lines = [...others, result].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).map((each) => JSON.stringify(each));
  writeFileSync(`${path}.new`, `[\n${lines.join(",\n")}\n]\n`);
  renameSync(`${path}.new`, path);
}

export const isSame = (a, b) => a.task === b.task && a.variant === b.variant && a.seed === b.seed;

const keyOf = ({ task, variant, seed }) => `${task} ${variant} ${String(seed).padStart(4, "0")}`;
