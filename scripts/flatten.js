/**
 * Joins the modules of dist/ that Node loads into a few files in dist/node/flat/: to find, read and link some hundred small
 * modules takes Node longer than to run them. Bundlers take the small ones, of which they leave out what is not used.
 */
import { rmSync } from "node:fs";
import { rolldown } from "rolldown";
import { root } from "./run.js";

/** As deep as dist/engine/native/, from where the native engine looks for its addon. */
const folder = `${root}dist/node/flat`;

export async function flatten() {
  const build = await rolldown({
    input: { index: `${root}src/index.ts`, forecast: `${root}src/forecast/index.ts` },
    cwd: root,
    platform: "node",
    external: /^node:/,
    // What Node has to load anyway may as well lie in the same file.
    checks: { ineffectiveDynamicImport: false },
  });
  rmSync(folder, { recursive: true, force: true });
  // What loads when it is first needed elsewhere is at hand in Node: another file would take longer to open than it is large.
  const groups = [{ name: "rondo", test: /src\/(?!engine\/(wasm\/binary|native|reference)|forecast)/ }];
  await build.write({ dir: folder, format: "esm", sourcemap: true, comments: false, codeSplitting: { groups } });
  await build.close();
}
