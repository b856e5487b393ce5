/** Time until a library is imported: a new process each time, from its start to its end. */
import { spawnSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { median } from "./statistics.js";

const directory = fileURLToPath(new URL("..", import.meta.url));

/** @returns milliseconds by name, or the reason why there are none */
export function measureImports({ rondo, python, rounds }, say) {
  const node = (module) => [process.execPath, "--input-type=module", "-e", module ? `await import("${module}")` : "0"];
  const programs = [
    ["Node alone", node()],
    ["Rondo", node(pathToFileURL(rondo).href)],
    ["jax-js", node("@jax-js/jax")],
    ["brain.js", node("brain.js")],
    ["onnxruntime-node", node("onnxruntime-node")],
    ["onnxruntime-web", node("onnxruntime-web")],
    ["tfjs", node("@tensorflow/tfjs")],
    ["Python alone", python && [python, "-c", "0"]],
    ["PyTorch", python && [python, "-c", "import torch"]],
  ].map(([name, command]) => ({ name, command, samples: [] }));
  for (let round = 0; round <= rounds; round++) {
    say(`import: round ${round}`);
    for (const { command, samples } of programs) {
      if (!command) continue;
      const start = performance.now();
      const { status } = spawnSync(command[0], command.slice(1), { cwd: directory, stdio: "ignore" });
      // The first round only brings the files into memory.
      if (status === 0 && round > 0) samples.push(performance.now() - start);
    }
  }
  return programs.map(({ name, command, samples }) => {
    if (samples.length > 0) return { name, milliseconds: median(samples) };
    return { name, reason: command ? "cannot be imported here" : "no Python with torch was given (--python PATH)" };
  });
}
