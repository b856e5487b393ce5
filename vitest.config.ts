import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^rondo$/, replacement: source("index.ts") },
      { find: /^rondo\/decode$/, replacement: source("decode/index.ts") },
      { find: /^rondo\/forecast$/, replacement: source("forecast/index.ts") },
    ],
  },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
