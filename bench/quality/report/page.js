/** docs/quality.md: every figure in it comes from the results. */
import { barOf, figureOf, reaches, referenceLine } from "./words.js";

export const SEEDS = 3;

export function page(tasks, results) {
  return `${[intro, ...tasks.map((task) => section(task, results))].join("\n\n")}\n`;
}

const intro = `# Quality

Whether networks of Rondo learn what such networks should. \`node bench/quality/run.js\` runs all tasks with ${SEEDS} seeds, goes on
where it was interrupted, and writes this page from \`bench/quality/results/results.json\`; no figure is written by hand.
The figure of a task is the median over seeds, in brackets the seeds one by one; time is what one seed took of the processor, all
threads together, data and evaluation included. Models, data and settings are in the script of the task. A figure is measured
on data that was neither trained on nor used to choose anything, once, after training.`;

function section(task, results) {
  const rows = task.variants.map((variant) => row(task, variant, results));
  const references = [
    ...new Set(task.variants.flatMap((variant) => variant.references.map((each) => referenceLine(variant, each)))),
  ];
  return [
    `## ${task.title}`,
    task.setting,
    `\`node bench/quality/tasks/${task.name}.js\``,
    ["| | figure | asked for | | seeds | time |", "|---|---|---|---|---|---|", ...rows].join("\n"),
    references.map((line) => `- ${line}`).join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function row(task, variant, results) {
  const own = results.filter((result) => result.task === task.name && result.variant === variant.name);
  if (own.length === 0) return `| ${variant.title} | not run | ${barOf(variant)} | | | |`;
  const figure = median(own.map((result) => result.figure ?? Number.NaN));
  const each = own.map((result) => figureOf({ ...variant, unit: "" }, result.figure)).join(", ");
  const figures = own.length === 1 ? figureOf(variant, figure) : `${figureOf(variant, figure)} (${each})`;
  const verdict = { true: "reached", false: "missed", undefined: "" }[reaches(variant, figure)];
  const seconds = median(own.map((result) => result.seconds));
  const threads = [...new Set(own.map((result) => result.threads))].join(" or ");
  const partly = own.length < SEEDS ? `${own.length} of ${SEEDS}` : `${own.length}`;
  const time = `${Math.round(seconds)} s, ${threads} thread${threads === "1" ? "" : "s"}`;
  return `| ${variant.title} | ${figures} | ${barOf(variant)} | ${verdict} | ${partly} | ${time} |`;
}

/** NaN counts as the worst there can be only in the mean of the middle: it stays NaN. */
function median(values) {
  const sorted = [...values].sort((a, b) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b));
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
