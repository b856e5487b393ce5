/** Files, where there are any: Node, Deno and Bun. Nothing of theirs is imported, so that browsers can load this too. */
import { explain, FormatError, StateError, show } from "../errors.ts";

/** The part of `node:fs/promises` that is used here. */
interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
  open(path: string, flags: string): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
}

interface FileHandle {
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

interface ProcessLike {
  getBuiltinModule?(name: string): unknown;
}

function fileSystem(): FileSystem {
  const { process } = globalThis as { readonly process?: ProcessLike };
  const found = process?.getBuiltinModule?.("node:fs/promises") as FileSystem | undefined;
  if (found !== undefined) return found;
  const remedy = "use toBytes() and fromBytes(), and keep the bytes where this platform keeps such things";
  throw new StateError(explain({ expected: "a platform with files", got: "none", remedy }));
}

/** The bytes of a file. */
export async function readFile(path: string): Promise<Uint8Array> {
  const files = fileSystem();
  try {
    return await files.readFile(path);
  } catch (cause) {
    const expected = `a file that can be read at ${show(path)}`;
    throw new FormatError(explain({ expected, got: messageOf(cause) }), { cause });
  }
}

/** Writes a file so that there is the old one or the new one, whole, at every moment. */
export async function writeFile(path: string, bytes: Uint8Array): Promise<void> {
  const files = fileSystem();
  const beside = `${path}.${Math.random().toString(36).slice(2)}.part`;
  try {
    const file = await files.open(beside, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(beside, path);
  } catch (cause) {
    await files.rm(beside, { force: true });
    const expected = `a place that can be written at ${show(path)}`;
    throw new FormatError(explain({ expected, got: messageOf(cause) }), { cause });
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
