/** Looks at the state of a recurrent layer at all steps, and adds zeros there by which there are gradients. */
import { add, full, type Tensor, type Tensors } from "../graph/index.ts";
import type { Steps } from "../layers/steps.ts";
import type { WatchedState } from "../layers/watch.ts";

// Names of sequences and outputs; no part of a state and no input of a cell is called so.
const nudgeOf = (part: string) => `nudge of ${part}`;
const seenAs = (part: string) => `${part} at each step`;

/** @param found what is told of each part of the state at the end */
export function watchedPass(
  steps: Steps,
  sizes: Readonly<Record<string, number>>,
  front: readonly [number, number],
  reverse: boolean,
  found: (state: WatchedState) => void,
): Steps {
  const parts = Object.keys(sizes);
  const byPart = (name: (part: string) => string, tensorOf: (part: string) => Tensor): Tensors =>
    Object.fromEntries(parts.map((part) => [name(part), tensorOf(part)]));
  const nudges = byPart(nudgeOf, (part) => full([...front, sizes[part]!], 0));
  return {
    ...steps,
    sequences: { ...steps.sequences, ...nudges },
    after(x, before, others, held) {
      const next = steps.after(x, before, others, held);
      const nudged = (part: string) => add(next[part]!, others[nudgeOf(part)]!);
      return { ...next, ...byPart((part) => part, nudged) };
    },
    outputs: (next) => byPart(seenAs, (part) => next[part]!),
    end(outputs) {
      for (const part of parts) {
        found({ part, values: outputs[seenAs(part)]!, nudges: nudges[nudgeOf(part)]!, reverse });
      }
    },
  };
}
