import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";

/** The built command: what a user runs. */
const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export const root = dirname(dirname(dirname(main)));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `rondo` with arguments; `onStderr` sees progress as it comes, `environment` is added to that of this process. */
export function rondo(
  args: readonly string[],
  onStderr: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  if (!existsSync(main)) throw new Error("dist/cli/main.js is missing: run `npm run build` first");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: place().directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    const outcome: Outcome = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      outcome.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      outcome.stderr += text;
      onStderr(outcome.stderr, (signal) => child.kill(signal));
    });
    child.on("error", reject).on("close", (code) => resolve({ ...outcome, code }));
  });
}

/** Options that make training quick where its quality does not matter. */
export const quick = ["--epochs", "1", "--units", "4", "--window", "6", "--quiet"];

let current: { directory: string } | undefined;

function place(): { directory: string } {
  if (current === undefined) throw new Error("call useDirectory() in the test file first");
  return current;
}

/** Gives the test file an empty directory, in which `rondo` runs, and removes it afterwards. */
export function useDirectory(): {
  path: (name: string) => string;
  write: (name: string, content: string | Uint8Array) => string;
} {
  beforeAll(() => {
    current = { directory: mkdtempSync(join(tmpdir(), "rondo-cli-")) };
  });
  afterAll(() => rmSync(place().directory, { recursive: true }));
  const path = (name: string) => join(place().directory, name);
  return {
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
  };
}

/** 60 months of a growing, seasonal series: the usual input of these tests. */
export const months = Array.from({ length: 60 }, (_, n) => ({
  year: 2018 + Math.floor(n / 12),
  month: (n % 12) + 1,
  value: Math.round((1000 + 10 * n + 200 * Math.sin((Math.PI * n) / 6) + 30 * Math.sin(n * n)) * 4) / 4,
}));

/** The series as a plain CSV. */
export const plain = [
  "date,y",
  ...months.map(({ year, month, value }) => `${year}-${String(month).padStart(2, "0")},${value}`),
].join("\n");
