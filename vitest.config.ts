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
    testTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: "rooms", include: ["src/**/*.test.ts"], setupFiles: ["src/compile/rare.setup.ts"] },
      },
      { extends: true, test: { name: "public", include: ["test/**/*.test.ts", "examples/**/*.test.ts"] } },
    ],
  },
});
