/** Where the states of layers are kept that last from part to part of sequences. */
import { explain, OptionError } from "../errors.ts";
import { type Tensor, variable } from "../graph/index.ts";
import type { Memory } from "../layers/trace.ts";
import { requireSteps } from "../layers/whole-sequences.ts";

/**
 * A memory for one trace. The variables of one that was traced before are found again, by name and order of use.
 *
 * @param states by name, two of one name as `lstm h` and `lstm h_1`; those that are missing are added
 * @param initial gets the weights [size] that rows of states begin as, of those that are learned, where whoever has the
 * memory sees to it that they do; and what is given to begin with. @default a layer sees to it, by a variable that says
 * which rows have begun, and nothing is given
 * @param held tensors that are there before the first part, so that a state may begin as one of them
 */
export function remembering(
  states: Map<string, Tensor>,
  how: Omit<Memory, "keep" | "statesOf">,
  initial?: Map<Tensor, Tensor>,
  held: ReadonlySet<Tensor> = new Set(),
): Memory {
  const used = new Set<string>();
  const memory: Memory = {
    ...how,
    keep(name, shape) {
      let unique = name;
      for (let count = 1; used.has(unique); count++) unique = `${name}_${count}`;
      used.add(unique);
      const state = states.get(unique) ?? variable(unique, shape);
      states.set(unique, state);
      return state;
    },
    statesOf(layer, inputs, initialState) {
      const { goBackwards, returnSequences, returnState } = layer.settings;
      // Only where something is there before the first part can a layer depend on it.
      const remedy = initial ? "name the inputs that it comes from in `constants`" : how.remedy;
      if (goBackwards || !initialState.every((part) => held.has(part))) {
        const got = goBackwards ? "one that goes backwards" : "an initialState";
        const expected = `${layer.title} to go forward from zeros, for sequences that come ${how.parts}`;
        throw new OptionError(explain({ expected, got, remedy: goBackwards ? how.remedy : remedy }));
      }
      const { constants } = layer;
      const apart = inputs.length - constants.length;
      const cut = constants.find(([, shape], i) => shape[0] === null && !held.has(inputs[apart + i]!.tensor));
      if (cut !== undefined) {
        const expected = `${layer.title} to get all of \`${cut[0]}\` at once, for sequences that come ${how.parts}`;
        throw new OptionError(explain({ expected, got: "it in parts as well", remedy }));
      }
      const rows = inputs[0]!.tensor.shape[0]!;
      requireSteps(memory, layer.title, !returnSequences || returnState);
      const sizes = Object.entries(initial ? layer.stateSizes() : layer.keptSizes());
      const { learnedState } = layer;
      return Object.fromEntries(
        sizes.map(([name, size], i) => {
          const state = memory.keep(`${layer.title} ${name}`, [rows, size]);
          const begin = initialState[i] ?? learnedState[name];
          if (begin) initial?.set(state, begin);
          return [name, state];
        }),
      );
    },
  };
  return memory;
}
