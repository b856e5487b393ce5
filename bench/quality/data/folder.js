/** Where the data is: beside the repository, never in it. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const folder = process.env.RONDO_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url));

/** The bytes of a file of the data folder, unpacked where it ends in .gz. */
export function readData(path) {
  const file = join(folder, path);
  if (!existsSync(file)) {
    throw new Error(`Expected the data file ${path}, got none in ${folder}: set RONDO_DATA to the folder that has it.`);
  }
  const bytes = readFileSync(file);
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
}
