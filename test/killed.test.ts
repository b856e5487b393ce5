/** A process that trains is killed, again and again: what is resumed from its checkpoint is the whole training. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("./support/killed-training.js", import.meta.url));

/** Runs the training. @param life milliseconds from its first update to its end by force; it ends by itself without */
function run(path: string, life?: number): Promise<{ readonly output: string; readonly killed: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, path], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, RONDO_THREADS: "1" },
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (output === "" && life !== undefined) setTimeout(() => child.kill("SIGKILL"), life);
      output += text;
    });
    child.on("error", reject).on("close", (code, signal) => {
      if (code !== 0 && signal !== "SIGKILL") reject(new Error(`the training ended with ${code ?? signal}`));
      else resolve({ output: output.slice(output.indexOf("{")), killed: signal === "SIGKILL" });
    });
  });
}

test("a training that is killed at any moment goes on without loss, bit for bit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "rondo-"));
  try {
    const whole = run(join(folder, "whole.rondo"));
    const path = join(folder, "killed.rondo");
    let last = { output: "", killed: true };
    let kills = 0;
    for (; last.killed && kills < 3; kills++) last = await run(path, Math.random() * 120);
    if (last.killed) last = await run(path);
    expect(kills).toBeGreaterThan(1);
    expect(last.output).toBe((await whole).output);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
