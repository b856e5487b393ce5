import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
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
  const places = Object.entries(files).map(([name, content]) => ({ path: join(directory, name), content, name }));
  return inDirectory(directory, (beside) => {
    const undo: (() => void)[] = [];
    try {
      const fresh = places.map(({ name, content }) => {
        const file = beside(name, "new");
        undo.push(() => rmSync(file, { force: true }));
        writeDurably(file, content);
        return file;
      });
      const formers = places.map(({ path, name }, index) => {
        const former = beside(name, "old");
        if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
          renameSync(path, former);
          undo.push(() => renameSync(former, path));
        }
        renameSync(fresh[index] as string, path);
        undo.push(() => rmSync(path));
        return former;
      });
      for (const former of formers) rmSync(former, { force: true });
      return places.map(({ path }) => path);
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
  });
}

/**
 * Finds out, before minutes of training, whether `writeFiles` can write into a directory: writes a file there and removes
 * it, and the directory too if it was not there.
 *
 * @throws StateError when it cannot
 */
export function requireWritable(directory: string): void {
  inDirectory(directory, (beside, made) => {
    const probe = beside("probe", "new");
    try {
      writeDurably(probe, "");
    } finally {
      rmSync(probe, { force: true });
      for (const path of made.reverse()) rmdirSync(path);
    }
  });
}

/**
 * Does `work` in a directory, which is made when it is missing. `work` gets a function that names files that do not exist
 * yet, and the directories that were made, outermost first; they are removed again when it throws.
 */
function inDirectory<T>(
  directory: string,
  work: (beside: (name: string, suffix: string) => string, made: string[]) => T,
): T {
  const mark = randomBytes(6).toString("hex");
  const made: string[] = [];
  try {
    try {
      makeDirectory(resolve(directory), made);
      return work((name, suffix) => join(directory, `.${name}.${mark}.${suffix}`), made);
    } catch (error) {
      for (const path of made.reverse()) rmSync(path, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

/** Makes a directory and those above it. Node's own recursive way does not come back from some places, such as /proc. */
function makeDirectory(path: string, made: string[]): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) throw Object.assign(new Error("a file"), { code: "EEXIST" });
    return;
  }
  makeDirectory(dirname(path), made);
  mkdirSync(path);
  made.push(path);
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
    EEXIST: "a file of that name or on the way to it",
    ENOENT: "a place where none can be made",
    EISDIR: "a directory where a result file should go",
    ENOSPC: "a full disk",
  };
  const got = reasons[code] ?? show(code);
  const expected = `a directory to write into at ${JSON.stringify(directory)}`;
  return new StateError(explain({ expected, got, remedy: "choose another one with --out" }));
}
