import { afterEach, expect, test, vi } from "vitest";
import { OptionError } from "../errors.ts";
import { requestedThreads } from "./threads.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

test("RONDO_THREADS is a positive whole number, or not set", () => {
  vi.stubEnv("RONDO_THREADS", "3");
  expect(requestedThreads()).toBe(3);
  vi.stubEnv("RONDO_THREADS", "");
  expect(requestedThreads()).toBeUndefined();
  for (const text of ["0", "-1", "two", "1.5", " 2", "1e3", "257"]) {
    vi.stubEnv("RONDO_THREADS", text);
    expect(requestedThreads).toThrow(OptionError);
    expect(requestedThreads).toThrow(`RONDO_THREADS to be a whole number from 1 to 256, got ${JSON.stringify(text)}`);
  }
});

test("where there is no environment, nothing is asked for", () => {
  vi.stubGlobal("process", undefined);
  expect(requestedThreads()).toBeUndefined();
});
