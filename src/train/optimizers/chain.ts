import type { Tensor } from "../../graph/index.ts";
import type { Transformation } from "./transformation.ts";

/** Transformations one after another: each gets the updates of the one before. */
export function chain(...parts: readonly Transformation[]): Transformation {
  return {
    isToCome: parts.some(({ isToCome }) => isToCome),
    init: (parameters) =>
      parts.flatMap((part, index) =>
        part
          .init(parameters)
          .map((spec) => ({ ...spec, slot: parts.length > 1 ? `${index}.${spec.slot}` : spec.slot })),
      ),
    update(gradients, state, parameters, context) {
      let updates = gradients;
      let start = 0;
      const next: Tensor[] = [];
      for (const part of parts) {
        const count = part.init(parameters).length;
        const made = part.update(updates, state.slice(start, start + count), parameters, context);
        updates = made.updates;
        next.push(...made.state);
        start += count;
      }
      return { updates, state: next };
    },
  };
}
