/** Tiny Shakespeare as ids of characters, split as nanoGPT does: the first 90 % train. */
import { readData } from "./folder.js";

export function shakespeare() {
  const text = readData("text/tinyshakespeare.txt").toString("utf8");
  const characters = [...new Set(text)].sort();
  const idOf = new Map(characters.map((character, id) => [character, id]));
  const ids = Int32Array.from(text, (character) => idOf.get(character));
  const cut = Math.floor(ids.length * 0.9);
  return { vocabulary: characters.length, train: ids.subarray(0, cut), validation: ids.subarray(cut) };
}
