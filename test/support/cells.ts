/** Every cell, with the options that change its mathematics, and one that only this file knows. */
import {
  add,
  type Cell,
  cells,
  defineCell,
  type Layer,
  matmul,
  mul,
  option,
  type RecurrentOptions,
  recurrent,
  type SymbolicTensor,
  sub,
  tanh,
} from "rondo";

/** A cell as a user writes it: h' = (1 − leak) h + leak tanh(x W + h U). */
export const leaky = defineCell({
  name: "leaky",
  options: { leak: option.number(0.3) },
  weights: (inputSize, units) => ({
    kernel: { shape: [inputSize, units], initializer: "glorotUniform" },
    recurrentKernel: { shape: [units, units], initializer: "orthogonal" },
  }),
  state: (units) => ({ h: units }),
  step({ kernel, recurrentKernel }, x, { h }, { leak, drop }) {
    const candidate = tanh(add(matmul(x, kernel), matmul(drop(h), recurrentKernel)));
    return { h: add(mul(sub(1, leak), h), mul(leak, candidate)) };
  },
});

export interface CellCase {
  readonly title: string;
  readonly cell: Cell;
  readonly options: Readonly<Record<string, unknown>>;
}

const variations: readonly Readonly<Record<string, unknown>>[] = [
  { useBias: false },
  { resetAfter: false },
  { activation: "softsign", recurrentActivation: "hardSigmoid" },
  { excitatory: 0.7, recurrentNoise: 0.1 },
  { leak: 0.4 },
];

/** The cells of the library and that of a user. */
export const allCells: readonly Cell[] = [...cells, leaky as unknown as Cell];

/** The defaults of each cell, and each variation that the cell has the options for. */
export const cellCases: readonly CellCase[] = allCells.flatMap((cell) => {
  const fitting = variations.filter((options) => Object.keys(options).every((name) => name in cell.options));
  return [{}, ...fitting].map((options) => {
    const words = Object.entries(options).map(([name, value]) => ` ${name} ${value}`);
    return { title: `${cell.name}${words.join(",")}`, cell, options };
  });
});

/** Features that bring along what a cell takes beside x. */
export function furtherFeatures(cell: Cell, inputSize: number, units: number): number {
  const sizes = Object.values(cell.inputs(inputSize, units, {}));
  return sizes.reduce<number>((total, size) => total + (size ?? 0), 0);
}

/** A layer of such a cell. What the cell takes beside x comes as the last features. */
export function layerOf(
  { cell, options }: Pick<CellCase, "cell" | "options">,
  units: number,
  more: object = {},
): Layer {
  return recurrent(cell, units, { ...options, ...fromFeatures(cell), ...more, returnState: false });
}

/** A layer of such a cell that gives its output and the parts of its state. */
export function layerWithState(
  { cell, options }: Pick<CellCase, "cell" | "options">,
  units: number,
  more: object = {},
): Layer<SymbolicTensor[]> {
  return recurrent(cell, units, { ...options, ...fromFeatures(cell), ...more, returnState: true });
}

function fromFeatures(cell: Cell): RecurrentOptions {
  return furtherFeatures(cell, 1, 1) > 0 ? { inputsFromFeatures: true } : {};
}
