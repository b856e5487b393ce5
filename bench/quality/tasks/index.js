/** All tasks, in the order in which they are run: the only list. */
import { task as adding } from "./adding.js";
import { task as cognitive } from "./cognitive.js";
import { task as copyMemory } from "./copy-memory.js";
import { task as irregularXor } from "./irregular-xor.js";
import { task as japaneseVowels } from "./japanese-vowels.js";
import { task as jsb } from "./jsb.js";
import { task as mnistRows } from "./mnist-rows.js";
import { task as physionet } from "./physionet.js";
import { task as several } from "./several.js";
import { task as shakespeare } from "./shakespeare.js";

export const tasks = [
  japaneseVowels,
  jsb,
  mnistRows,
  shakespeare,
  cognitive,
  physionet,
  several,
  copyMemory,
  irregularXor,
  adding,
];
