/** A contestant in a process of its own, asked over its standard input. It sleeps while others are asked. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const MARK = "@answer ";

export class Worker {
  #child;
  #waiting;
  #last = "";

  constructor({ command: [program, ...args], env }) {
    this.#child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    // A child that dies with a request under way is told of by its end, not by a broken pipe.
    this.#child.stdin.on("error", () => {});
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      if (!line.startsWith(MARK)) return;
      const { error, ...answer } = JSON.parse(line.slice(MARK.length));
      this.#settle(error === undefined ? undefined : new Error(error), answer);
    });
    createInterface({ input: this.#child.stderr }).on("line", (line) => {
      if (/Error|error/.test(line)) this.#last = line.trim();
    });
    this.#child.on("error", (error) => this.#settle(error));
    // "close" comes after the last line of stderr, "exit" may come before.
    this.#child.on("close", (code, signal) => this.#settle(new Error(this.#last || `ended with ${signal ?? code}`)));
  }

  /** The answer that the contestant gives of itself once its library is imported. */
  started(seconds) {
    return this.#answer(seconds);
  }

  ask(request, seconds) {
    const answer = this.#answer(seconds);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer;
  }

  stop() {
    this.#child.kill("SIGKILL");
  }

  #answer(seconds) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.stop();
        this.#settle(new Error(`took more than ${seconds} s`));
      }, 1e3 * seconds);
      this.#waiting = { resolve, reject, timer };
    });
  }

  #settle(error, answer) {
    if (this.#waiting === undefined) return;
    const { resolve, reject, timer } = this.#waiting;
    clearTimeout(timer);
    this.#waiting = undefined;
    if (error) reject(error);
    else resolve(answer);
  }
}
