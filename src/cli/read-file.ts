import { readFileSync, statSync } from "node:fs";
import { explain, FormatError, show } from "../errors.ts";

/** Larger files are refused before they fill the memory. */
const LARGEST_BYTES = 200 * 2 ** 20;
/** The share of control characters above which a file is no text. */
const CONTROL = 0.01;

const SIGNATURES: [string, string][] = [
  ["PK\u0003\u0004", "an Excel workbook or ZIP archive"],
  ["\u001f\u008b", "a gzip archive"],
  ["PAR1", "a Parquet file"],
  ["%PDF", "a PDF document"],
  ["\u0089PNG", "a PNG picture"],
  ["SQLite format 3", "an SQLite database"],
  ["\u00d0\u00cf\u0011\u00e0", "an old Excel workbook"],
];

const MARKUP: [RegExp, string][] = [
  [/^\ufeff?\s*(?:\[\s*)?\{\s*"/, "a JSON document"],
  [/^\ufeff?\s*<(?:!doctype|html|\?xml)/i, "an HTML or XML document"],
];

export interface FileText {
  text: string;
  notes: string[];
}

/**
 * Reads a text file: UTF-8 or UTF-16, with or without byte order mark, or else Windows-1252.
 *
 * @throws FormatError when there is no such file, it cannot be read, is empty, or holds no text
 */
export function readTextFile(path: string): FileText {
  const bytes = readBytes(path);
  const refuse = (got: string, remedy: string): never => {
    throw new FormatError(explain({ expected: `a text file with a table at ${JSON.stringify(path)}`, got, remedy }));
  };
  if (bytes.length === 0) refuse("an empty file", "check how it was written");
  const head = bytes.subarray(0, 16).toString("latin1");
  const signature = SIGNATURES.find(([start]) => head.startsWith(start));
  if (signature) refuse(signature[1], "save the table as CSV first");
  const { text, notes } = decode(bytes);
  if (text.trim() === "") refuse("only blanks", "check how it was written");
  const markup = MARKUP.find(([start]) => start.test(text));
  if (markup) refuse(markup[1], "save the table as CSV first");
  if (controlShare(text) > CONTROL) refuse("binary data", "save the table as CSV first");
  return { text, notes };
}

function readBytes(path: string): Buffer {
  const name = JSON.stringify(path);
  const refuse = (got: string, remedy: string): never => {
    throw new FormatError(explain({ expected: `a readable file at ${name}`, got, remedy }));
  };
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) refuse("a directory", "name a file inside it");
    if (!stats.isFile()) refuse("something that is no ordinary file", "copy its content to a file");
    if (stats.size > LARGEST_BYTES) {
      refuse(
        `${Math.round(stats.size / 2 ** 20)} MB`,
        `keep to ${LARGEST_BYTES / 2 ** 20} MB, for example the latest years`,
      );
    }
    return readFileSync(path);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return refuse("no such file", "check the path");
    if (code === "EACCES" || code === "EPERM")
      return refuse("a file without read permission", "change its permissions");
    return refuse(show(code ?? String(error)), "check the path");
  }
}

function decode(bytes: Buffer): FileText {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return { text: new TextDecoder("utf-16le").decode(bytes), notes: [] };
  if (first === 0xfe && second === 0xff) return { text: new TextDecoder("utf-16be").decode(bytes), notes: [] };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), notes: [] };
  } catch {
    const notes = ["The file is not valid UTF-8, so it was read as Windows-1252."];
    return { text: new TextDecoder("windows-1252").decode(bytes), notes };
  }
}

/** The share of control characters, other than tabs and line ends, in the first characters of a text. */
function controlShare(text: string): number {
  const sample = text.slice(0, 65_536);
  let control = 0;
  for (let index = 0; index < sample.length; index++) {
    const code = sample.charCodeAt(index);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 0x7f || code === 0xfffd) control++;
  }
  return control / sample.length;
}
