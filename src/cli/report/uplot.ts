import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** uPlot's script and style sheet, to be written into the report with the notice that its licence asks for. */
export function loadUplot(): { script: string; style: string } {
  const read = (file: string) => readFileSync(require.resolve(`uplot/${file}`), "utf8");
  const script = read("dist/uPlot.iife.min.js").replace(/^\/\*!.*?\*\/\s*/s, "");
  return { script: `/* uPlot. ${read("LICENSE").trim()} */\n${script}`, style: read("dist/uPlot.min.css") };
}
