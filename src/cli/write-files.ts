import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { explain, StateError, show } from "../errors.ts";

/**
 * Writes several files into a directory, all of them or none: each is first written whole beside its place and then
 * renamed, which an interruption cannot halve; if one renaming fails, those before it are undone. Existing files of these
 * names are replaced. The directory is made when it is missing.
 *
 * @param files contents by file name
 * @returns the paths that were written
 * @throws StateError when the directory cannot be written to
 */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): string[] {
  const mark = randomBytes(6).toString("hex");
  const places = Object.entries(files).map(([name, content]) => ({
    path: join(directory, name),
    content,
    fresh: join(directory, `.${name}.${mark}.new`),
    former: join(directory, `.${name}.${mark}.old`),
  }));
  const replaced: typeof places = [];
  try {
    const made = mkdirSync(directory, { recursive: true });
    try {
      for (const { fresh, content } of places) writeDurably(fresh, content);
      for (const place of places) {
        if (existsSync(place.path) && !statSync(place.path).isDirectory()) renameSync(place.path, place.former);
        replaced.push(place);
        renameSync(place.fresh, place.path);
      }
    } catch (error) {
      for (const { path, fresh, former } of replaced) {
        if (!existsSync(fresh)) rmSync(path, { force: true });
        if (existsSync(former)) renameSync(former, path);
      }
      for (const { fresh } of places) rmSync(fresh, { force: true });
      if (made !== undefined) rmSync(made, { recursive: true, force: true });
      throw error;
    }
    for (const { former } of places) rmSync(former, { force: true });
  } catch (error) {
    throw cannotWrite(directory, error);
  }
  return places.map(({ path }) => path);
}

/**
 * Finds out, before hours of training, whether `writeFiles` could write into a directory; makes nothing.
 *
 * @throws StateError when it could not
 */
export function requireWritable(directory: string): void {
  let place = resolve(directory);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    if (!statSync(place).isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, "wx");
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function cannotWrite(directory: string, error: unknown): StateError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reasons: Record<string, string> = {
    EACCES: "no permission to write",
    EPERM: "no permission to write",
    EROFS: "a read-only file system",
    ENOTDIR: "a file on the way to it",
    EEXIST: "a file of that name",
    EISDIR: "a directory where a result file should go",
    ENOSPC: "a full disk",
  };
  const got = reasons[code] ?? show(code);
  const expected = `a directory to write into at ${JSON.stringify(directory)}`;
  return new StateError(explain({ expected, got, remedy: "choose another one with --out" }));
}
