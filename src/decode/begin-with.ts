import type { StepModel } from "./step-model.ts";

/** A step model whose states can be given, as those of a stream can. */
export interface StatefulModel extends StepModel {
  setStates(states: Readonly<Record<string, ArrayLike<number>>>): void;
}

/**
 * The stream of a decoder, each of whose rows begins in the state that an encoder ended in.
 *
 * ```ts
 * const { h, c } = await encoder.predict(source);
 * const found = await beamSearch(beginWith(stream, { "lstm h": h.data, "lstm c": c.data }), { prompt: [start], length: 20 });
 * ```
 *
 * @param states numbers of one row, by the names of `stream.getStates()`; others begin as zeros
 */
export function beginWith(stream: StatefulModel, states: Readonly<Record<string, ArrayLike<number>>>): StepModel {
  const inAllRows = Object.fromEntries(
    Object.entries(states).map(([name, row]) => {
      const all = Float32Array.from({ length: stream.rows * row.length }, (_, i) => row[i % row.length]!);
      return [name, all] as const;
    }),
  );
  return {
    rows: stream.rows,
    step: (ids) => stream.step(ids),
    reorder: (from) => stream.reorder(from),
    reset() {
      stream.reset();
      stream.setStates(inAllRows);
    },
  };
}
