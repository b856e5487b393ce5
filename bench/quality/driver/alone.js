/** Runs one task, or one variant of it, where its file is started by itself. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { figureOf, referenceLine } from "../report/words.js";
import { measure } from "./measure.js";

const usage = `node FILE [options]
  --seed N         decides on weights, data and order (0)
  --variant NAME   one variant alone
  --quick          a few seconds to see that it runs; the figure says nothing
  --json           one line of JSON for each variant`;

/** @param url of the task's own module */
export async function runAlone(task, url) {
  if (process.argv[1] !== fileURLToPath(url)) return;
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "0" },
      variant: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(usage);
  const chosen = task.variants.filter(({ name }) => values.variant === undefined || name === values.variant);
  if (chosen.length === 0) {
    const names = task.variants.map(({ name }) => name).join(", ");
    throw new Error(`Expected --variant to be one of ${names}, got ${values.variant}.`);
  }
  for (const variant of chosen) {
    const result = await measure(task, variant, { seed: Number(values.seed), quick: values.quick });
    if (values.json) console.log(JSON.stringify(result));
    else {
      const { figure, seconds, seed, details } = result;
      console.log(`${task.name} ${variant.name}: ${figureOf(variant, figure)} (seed ${seed}, ${seconds} s)`);
      for (const reference of variant.references) console.log(`  ${referenceLine(variant, reference)}`);
      console.log(`  ${JSON.stringify(details)}`);
    }
  }
}
