/** Installs the peers when they are not there or not those of the lock file. No package runs a script while installing. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${directory}node_modules/.bench-lock`;

export function install(say) {
  const lock = createHash("sha256")
    .update(readFileSync(`${directory}package-lock.json`))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("Installing the peers into bench/node_modules (about 900 MB), once.");
  const npm = process.env.npm_execpath;
  const [program, ...start] = npm ? [process.execPath, npm] : ["npm"];
  const { status, error } = spawnSync(program, [...start, "ci", "--ignore-scripts", "--prefix", directory], {
    cwd: directory,
    // What npm prints must not mix with the bench's own JSON.
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (error || status !== 0) throw new Error("The peers could not be installed.", { cause: error });
  writeFileSync(stamp, lock);
}
