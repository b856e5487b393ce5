/** What `npm run bench -- …` understands. */
import { parseArgs } from "node:util";

export const help = `Rondo and its peers side by side: npm run bench -- [options]

  --only W1,W2,…        workloads (MM, W1 to W7) and measurements (first-call, import, bundle); all by default
  --modes train,…       train, predict, stream; all by default
  --contestants a,b,…   those whose name begins so: rondo, rondo-native, torch-tuned-2, tfjs, …; all by default
  --python PATH         a Python with torch
  --against PATH        front door (dist/index.js) of another build of Rondo, timed beside this one
  --rounds N            samples of each contestant, in turns (11)
  --budget SECONDS      time for the samples of one contestant; slow ones get fewer samples (20)
  --limit SECONDS       longest single request; what is slower is not timed (300)
  --quick               3 rounds, small budget: for a look, not for figures
  --small               tiny workloads: whether all agree, nothing about speed
  --json                one JSON document instead of tables
`;

const options = {
  only: { type: "string" },
  modes: { type: "string" },
  contestants: { type: "string" },
  python: { type: "string" },
  against: { type: "string" },
  rounds: { type: "string" },
  budget: { type: "string" },
  limit: { type: "string" },
  quick: { type: "boolean", default: false },
  small: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

function positive(name, text, fallback) {
  const value = text === undefined ? fallback : Number(text);
  if (value > 0) return value;
  throw new Error(`Expected --${name} to be a number above 0, got ${text}.`);
}

/** Of a list by commas; undefined means all. */
function chosen(name, text, known) {
  if (text === undefined) return known;
  const names = text.split(",");
  for (const one of names) {
    if (!known.includes(one)) throw new Error(`Expected --${name} to be of ${known.join(", ")}, got ${one}.`);
  }
  return names;
}

export function readArguments(known) {
  const { values } = parseArgs({ options });
  const { small } = values;
  const quick = values.quick || small;
  return {
    help: values.help,
    json: values.json,
    small,
    python: values.python,
    against: values.against,
    only: chosen("only", values.only, known.only),
    modes: chosen("modes", values.modes, ["train", "predict", "stream"]),
    contestants: values.contestants?.split(","),
    timing: {
      rounds: Math.round(positive("rounds", values.rounds, quick ? 3 : 11)),
      budget: positive("budget", values.budget, quick ? 3 : 20),
      limit: positive("limit", values.limit, quick ? 30 : 300),
      sample: quick ? 0.03 : 0.1,
      warmup: quick ? 0.1 : 0.4,
    },
  };
}
