/** Runs the compiler, which is itself WebAssembly. */
import { runClang } from "@yowasp/clang";
import { builds, flags, hashOf, readSources } from "./sources.js";

/** The text of the module that carries the binary of a build. */
export async function compile(build) {
  const sources = readSources();
  const inputs = Object.keys(sources).filter((name) => name.endsWith(".c"));
  const messages = [];
  const decoder = new TextDecoder();
  const options = { stderr: (bytes) => bytes && messages.push(decoder.decode(bytes)) };
  let output;
  try {
    output = await runClang(["clang", ...flags, ...builds[build], "-o", "kernels.wasm", ...inputs], sources, options);
  } catch {
    throw new Error(`The kernels do not compile:\n${messages.join("")}`);
  }
  const binary = Buffer.from(output["kernels.wasm"]).toString("base64");
  return [
    "/** Made by kernels/build.js from the C files beside it; do not edit. */",
    "",
    "/** SHA-256 of the sources, the compiler's version and its flags. */",
    `export const sources = "${hashOf(build)}";`,
    "",
    "/** The WebAssembly module in base64. */",
    "export const binary =",
    `  "${binary}";`,
    "",
  ].join("\n");
}
