/** A name that is not taken: with `_1`, `_2`, … if need be. */
export function numbered(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let count = 1; taken.has(name); count++) name = `${wanted}_${count}`;
  return name;
}
