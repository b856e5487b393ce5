/** Looks at the state of a recurrent layer at all steps, and adds zeros there by which there are gradients. */
import { add, full, type Tensors } from "../graph/index.ts";
import type { WatchedPass, WatchedState } from "../layers/watch.ts";

// Names of sequences and outputs; no part of a state and no input of a cell is called so.
const nudgeOf = (part: string) => `nudge of ${part}`;
const seenAs = (part: string) => `${part} at each step`;

/** @param found what is told of each part of the state at the end */
export function watchedPass(
  sizes: Readonly<Record<string, number>>,
  front: readonly [number, number],
  reverse: boolean,
  found: (state: WatchedState) => void,
): WatchedPass {
  const changed = (state: Tensors, change: (part: string) => Tensors) =>
    Object.assign({}, ...Object.keys(state).map(change)) as Tensors;
  const parts = Object.keys(sizes);
  const nudges = Object.fromEntries(parts.map((part) => [nudgeOf(part), full([...front, sizes[part]!], 0)]));
  return {
    sequences: nudges,
    after: (next, sequences) =>
      changed(next, (part) => {
        const nudge = sequences[nudgeOf(part)];
        return { [part]: nudge === undefined ? next[part]! : add(next[part]!, nudge) };
      }),
    outputs: (state) => changed(state, (part) => ({ [seenAs(part)]: state[part]! })),
    end(outputs) {
      for (const part of parts) {
        found({ part, values: outputs[seenAs(part)]!, nudges: nudges[nudgeOf(part)]!, reverse });
      }
    },
  };
}
