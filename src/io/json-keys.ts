/** The keys of the outermost object of a JSON text, also those that `JSON.parse` drops because they come again. */
export function topLevelKeys(json: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === "{" || character === "[") depth++;
    if (character === "}" || character === "]") depth--;
    if (character !== '"') continue;
    const end = stringEnd(json, at);
    if (depth === 1 && /^\s*:/.test(json.slice(end, end + 64))) keys.push(JSON.parse(json.slice(at, end)));
    at = end - 1;
  }
  return keys;
}

/** The index behind the string that begins at `start`. */
function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}
