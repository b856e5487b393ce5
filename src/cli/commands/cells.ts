import type { Command } from "commander";
import type { Cell } from "../../cells/cell.ts";
import { cells } from "../../cells/index.ts";
import { resolveOptions } from "../../cells/option.ts";

interface Flags {
  json?: true;
}

const HELP = `
State and further inputs are given for 64 units and 8 features. Everything comes from the definitions of the cells, each of
which is one file in src/cells/. A cell of your own is made with defineCell().

Example: rondo cells --json`;

/** `rondo cells`: every cell with its state, gates, options and the source of its equations. */
export function registerCells(program: Command): void {
  program
    .command("cells")
    .description("List the recurrent cells: state, gates, options, and where their equations come from.")
    .option("--json", "print one JSON document instead of text")
    .addHelpText("after", HELP)
    .action(({ json }: Flags) => console.log(json ? JSON.stringify(cells.map(describe), undefined, 2) : page()));
}

const [FEATURES, UNITS] = [8, 64] as const;

/** What there is to say about a cell, with its defaults. */
function describe(cell: Cell) {
  const { config: options, bound } = resolveOptions(cell.name, cell.options, {});
  const weights = Object.entries(cell.weights(FEATURES, UNITS, bound));
  return {
    name: cell.name,
    source: cell.source,
    state: cell.state(UNITS, bound, FEATURES),
    gates: cell.gates,
    furtherInputs: cell.inputs(FEATURES, UNITS, bound),
    weights: Object.fromEntries(weights.flatMap(([name, spec]) => (spec ? [[name, spec.shape] as const] : []))),
    options,
  };
}

function page(): string {
  const sizes = (named: Readonly<Record<string, number | undefined>>) =>
    Object.entries(named)
      .map(([name, size]) => `${name} ${size}`)
      .join(", ");
  return cells
    .map((cell) => {
      const { name, source, state, gates, furtherInputs, options } = describe(cell);
      const lines = [
        ["from", source],
        ["state", sizes(state)],
        ["gates", gates.join(", ")],
        ["beside x", sizes(furtherInputs)],
        ["options", Object.keys(options).join(", ")],
      ];
      const said = lines.flatMap(([title, text]) => (text ? [`  ${title!.padEnd(8)}  ${text}`] : []));
      return [name, ...said].join("\n");
    })
    .join("\n\n");
}
