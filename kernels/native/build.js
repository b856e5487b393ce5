/**
 * Compiles the addon to build/native/rondo.node with the system's C compiler (`CC`, else `cc`), unless that was done
 * already. Without a compiler nothing is built and the engine is WebAssembly.
 */
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { flags, hashOfSources, objectsFor } from "./sources.js";

const folder = fileURLToPath(new URL("../../build/native/", import.meta.url));
const binary = `${folder}rondo.node`;
const description = `${folder}rondo.json`;
const sha256 = (content) => createHash("sha256").update(content).digest("hex");
const run = promisify(execFile);

/** The first line of what the compiler says of itself, `undefined` when there is none. */
function versionOf(compiler) {
  try {
    return execFileSync(compiler, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split(
      "\n",
    )[0];
  } catch {
    return undefined;
  }
}

/**
 * What the engine looks at before it opens the binary: its size, and a hash of the first of every 16 words. Copies that
 * were interrupted and blocks that were never written show there; `src/engine/native/addon.ts` counts the same way.
 */
function sampleOf(content) {
  let hash = content.length;
  for (let at = 0; at + 4 <= content.length; at += 64) hash = Math.imul(hash ^ content.readInt32LE(at), 0x01000193);
  return hash >>> 0;
}

function describe(recipe, compiler) {
  const content = readFileSync(binary);
  const made = { recipe, binary: sha256(content), sample: sampleOf(content), sources: hashOfSources(), compiler };
  writeFileSync(`${description}.new`, `${JSON.stringify(made, undefined, 2)}\n`);
  renameSync(`${description}.new`, description);
}

/** Whether what lies there was made by the same compiler in the same way of the same sources, and is whole. */
function isCurrent(recipe) {
  try {
    const made = JSON.parse(readFileSync(description, "utf8"));
    return made.recipe === recipe && made.binary === sha256(readFileSync(binary));
  } catch {
    return false;
  }
}

/** Runs tasks side by side, as many as there are cores. */
async function inParallel(tasks) {
  const pending = [...tasks];
  const work = async () => {
    for (let task = pending.shift(); task !== undefined; task = pending.shift()) await task();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

async function compile(compiler, extra) {
  const headers = createRequire(import.meta.url)("node-api-headers").include_dir;
  const objects = objectsFor(process.arch);
  const fileOf = ({ name }) => `${folder}${name}.o`;
  await inParallel(
    objects.map((object) => async () => {
      const input = fileURLToPath(object.source);
      const options = [...flags, ...extra, ...object.flags, "-I", headers, "-DNAPI_VERSION=8"];
      await run(compiler, [...options, "-c", input, "-o", fileOf(object)]);
    }),
  );
  const linking =
    process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared", "-Wl,-z,nodelete"];
  await run(compiler, [...linking, ...extra, "-pthread", ...objects.map(fileOf), "-o", `${binary}.new`]);
  for (const object of objects) rmSync(fileOf(object));
}

export async function buildNative() {
  const compiler = process.env.CC || "cc";
  const version = process.platform === "win32" ? undefined : versionOf(compiler);
  if (version === undefined) {
    console.log(`No C compiler (${compiler}): Rondo runs on WebAssembly here, which is slower but does the same.`);
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  const extra = (process.env.RONDO_CFLAGS ?? "").split(" ").filter((flag) => flag !== "");
  const recipe = sha256(JSON.stringify([version, flags, extra, process.arch, process.platform, hashOfSources()]));
  if (isCurrent(recipe)) return describe(recipe, version);
  const start = performance.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await compile(compiler, extra);
  } catch (error) {
    const said = error.stderr?.trim().split("\n").slice(0, 20).join("\n") || error.message;
    console.error(`${compiler} could not build the native engine, so Rondo runs on WebAssembly here:\n${said}`);
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  renameSync(`${binary}.new`, binary);
  describe(recipe, version);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`Native engine built with ${version} in ${seconds} s.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildNative();
