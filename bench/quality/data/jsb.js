/** JSB chorales, one frame for each quarter note: 88 keys, 1 where one sounds. */
import { readData } from "./folder.js";

export const keys = 88;
const LOWEST = 21;

/** @returns train, valid and test as lists of chorales, [time][88] each */
export function jsb() {
  const parts = JSON.parse(readData("jsb/jsb-chorales-quarter.json").toString("utf8"));
  const frame = (pitches) => {
    const row = new Array(keys).fill(0);
    for (const pitch of pitches) row[pitch - LOWEST] = 1;
    return row;
  };
  return Object.fromEntries(["train", "valid", "test"].map((name) => [name, parts[name].map((x) => x.map(frame))]));
}
