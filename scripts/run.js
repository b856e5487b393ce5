// How scripts run other programs.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The path of a file of an installed package, to be run by this very Node: no shell, no lookup in PATH. */
export function tool(path) {
  return fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
}

/** Whether a command ends well. */
export function succeeds(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) throw error;
  return status === 0;
}

/** Runs this very Node, and ends this process when that fails. */
export function node(...args) {
  if (!succeeds(process.execPath, ...args)) process.exit(1);
}
