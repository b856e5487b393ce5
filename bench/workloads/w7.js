/** W2 with sequences of different lengths. */
import { w2 } from "./w2.js";

export const w7 = {
  ...w2,
  name: "W7",
  title: "W2 with lengths from 10 % to 100 %",
  modes: ["train"],
  /** Shortest length as a share of `time`; lengths are uniform from there to the whole. */
  shortest: 0.1,
};
