/** A network of layers that were applied by hand, or read from a file: its ends may be wrong. */
import { explain, OptionError, show } from "../errors.ts";
import { SymbolicTensor } from "../layers/symbolic.ts";
import { type Ends, Network, sourcesOf } from "./network.ts";
import { severalOutputs } from "./several-outputs.ts";

/** @throws OptionError where the outputs need other inputs than these, or an end is given twice */
export function joined(inputs: Ends, outputs: Ends): Network {
  requireSymbols("outputs", outputs);
  requireSymbols("inputs", inputs);
  const isSingle = outputs instanceof SymbolicTensor;
  const network = new Network(inputs, outputs, isSingle ? undefined : severalOutputs);
  requireSources(network);
  return network;
}

function requireSymbols(owner: string, ends: Ends): void {
  const symbols: readonly unknown[] = ends instanceof SymbolicTensor ? [ends] : Object.values(ends ?? {});
  if (symbols.length === 0 || !symbols.every((symbol) => symbol instanceof SymbolicTensor)) {
    const expected = `\`${owner}\` to be symbolic tensors, from input() or from applying layers`;
    throw new OptionError(explain({ expected, got: show(ends) }));
  }
  if (new Set(symbols).size === symbols.length) return;
  throw new OptionError(
    explain({ expected: `\`${owner}\` to be different from each other`, got: "one of them twice" }),
  );
}

function requireSources({ inputs, outputs, applications }: Network): void {
  const given = new Set(inputs.map(({ symbol }) => symbol));
  for (const { symbol, name } of inputs) {
    if (symbol.application === undefined) continue;
    throw new OptionError(
      explain({ expected: `input ${show(name)} to come from input()`, got: "an output of a layer" }),
    );
  }
  const needed = new Set(applications.flatMap(sourcesOf).filter(({ application }) => application === undefined));
  for (const { symbol } of outputs) if (symbol.application === undefined) needed.add(symbol);
  const missing = [...needed].find((symbol) => !given.has(symbol));
  if (missing !== undefined) {
    const got = `outputs that also need ${missing.name === undefined ? "another input" : show(missing.name)}`;
    throw new OptionError(explain({ expected: "`inputs` to list every input of the model", got }));
  }
  const unused = inputs.find(({ symbol }) => !needed.has(symbol));
  if (unused !== undefined) {
    const expected = "every input of the model to reach an output";
    throw new OptionError(explain({ expected, got: `${show(unused.name)}, which does not` }));
  }
}
