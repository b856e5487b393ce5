/** Cells of one's own: made as those of the library are, and checked. */
import { explain, OptionError, rejectUnknown, ShapeError, show } from "../errors.ts";
import { sameShape, showShape, Tensor } from "../graph/tensor.ts";
import { libraryCell } from "./cell.ts";
import { cellNames } from "./names.ts";

const required = ["weights", "state", "step"] as const;
const functions = [...required, "inputs", "constants", "noise"] as const;

/**
 * Makes a cell from its equation.
 *
 * ```ts
 * const leaky = defineCell({
 *   name: "leaky",
 *   options: { leak: option.number(0.5) },
 *   weights: (inputSize, units) => ({ kernel: { shape: [inputSize, units], initializer: "glorotUniform" } }),
 *   state: (units) => ({ h: units }),
 *   step: ({ kernel }, x, { h }, { leak }) => ({ h: add(mul(1 - leak, h), mul(leak, tanh(matmul(x, kernel)))) }),
 * });
 * ```
 *
 * A cell that needs more than x at each step names it. Here the state decays with the time since the step before, and the
 * layer takes that as a second input, `layer.apply([x, gaps])` with gaps [time, 1]:
 *
 * ```ts
 *   inputs: () => ({ gap: 1 }),
 *   step: ({ kernel }, x, { h }, _options, { gap }) => ({ h: add(mul(exp(neg(gap)), h), matmul(x, kernel)) }),
 * ```
 *
 * What is the same at every step it can get whole, with its mask: an encoder's outputs, `layer.apply([x, encoded])`:
 *
 * ```ts
 *   constants: () => ({ memory: [null, 16] }),
 *   step: ({ kernel }, x, { h }, _options, { memory }) => {
 *     const { context } = attend(h, memory.tensor, memory.tensor, memory.mask);
 *     return { h: tanh(matmul(concat([x, context]), kernel)) };
 *   },
 * ```
 *
 * What counts steps, or remembers anything else, is a part of the state, so that it goes on from batch to batch.
 *
 * @throws OptionError for the name of a cell of the library, for saved models name their cells, and for parts that are missing
 * or misspelt; a step that does not give each part of the state is an error of the layer
 */
export const defineCell: typeof libraryCell = (definition) => {
  rejectUnknown("defineCell()", definition, ["name", "source", "gates", "options", ...functions]);
  const { name } = definition;
  if (typeof name !== "string" || !/^[^/\s]+$/.test(name)) {
    throw new OptionError(
      explain({ expected: "`name` of defineCell() to be a word without slashes", got: show(name) }),
    );
  }
  if ((cellNames as readonly string[]).includes(name)) {
    const remedy = "that is one of the library's";
    throw new OptionError(explain({ expected: "a cell with a name of its own", got: `another ${name}`, remedy }));
  }
  for (const part of functions) {
    const given = definition[part];
    const isLeftOut = given === undefined && !(required as readonly string[]).includes(part);
    if (typeof given === "function" || isLeftOut) continue;
    throw new OptionError(explain({ expected: `\`${part}\` of the cell ${name} to be a function`, got: show(given) }));
  }
  const given = Object.entries(definition).filter(([, part]) => part !== undefined);
  const cell = libraryCell(Object.fromEntries(given) as unknown as typeof definition);
  return {
    ...cell,
    state(units, options, inputSize) {
      const sizes = cell.state(units, options, inputSize);
      const isSize = (size: number) => Number.isInteger(size) && size >= 1;
      const values = Object.values(sizes);
      if (values.length > 0 && values.every(isSize)) return sizes;
      const expected = `sizes by name as state of the cell ${name}, { h: units }`;
      throw new OptionError(explain({ expected, got: JSON.stringify(sizes) }));
    },
    step(weights, x, state, options, further) {
      const made = cell.step(weights, x, state, options, further);
      requireState(name, state, made);
      return made;
    },
  };
};

/** Throws unless a step gives each part of the state in its shape, and nothing else. */
function requireState(name: string, before: Readonly<Record<string, Tensor>>, made: unknown): void {
  const parts = Object.keys(before);
  const expected = `step() of the cell ${name} to give { ${parts.join(", ")} }`;
  if (typeof made !== "object" || made === null || made instanceof Tensor) {
    throw new OptionError(explain({ expected, got: made instanceof Tensor ? "one tensor" : show(made) }));
  }
  const given = made as Readonly<Record<string, unknown>>;
  const keys = Object.keys(given);
  if (keys.length !== parts.length || !parts.every((part) => keys.includes(part))) {
    throw new OptionError(explain({ expected, got: `{ ${keys.join(", ")} }` }));
  }
  for (const part of parts) {
    const tensor = given[part];
    if (!(tensor instanceof Tensor)) {
      const wanted = `${part} from step() of the cell ${name} to be a tensor`;
      throw new OptionError(explain({ expected: wanted, got: show(tensor) }));
    }
    const { shape } = before[part]!;
    if (sameShape(tensor.shape, shape)) continue;
    const wanted = `${part} from step() of the cell ${name} to stay ${showShape(shape)}`;
    throw new ShapeError(explain({ expected: wanted, got: showShape(tensor.shape) }));
  }
}
