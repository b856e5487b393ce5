/** All tasks, in the order in which they are run: the only list. */
import { task as japaneseVowels } from "./japanese-vowels.js";
import { task as jsb } from "./jsb.js";
import { task as mnistRows } from "./mnist-rows.js";
import { task as shakespeare } from "./shakespeare.js";

export const tasks = [japaneseVowels, mnistRows, jsb, shakespeare];
