import type { Engine } from "../../engine/engine.ts";
import { sizeOf } from "../../graph/tensor.ts";
import type { Program } from "../../program/format.ts";

/** An engine that remembers how much memory the largest of its programs takes. */
export interface MeasuredEngine {
  readonly engine: Engine;
  /** Bytes of the largest program so far: what it computes with, and all that goes in and out, weights among them. */
  bytes(): number;
}

const BYTES = 4;

export function measured(engine: Engine): MeasuredEngine {
  let most = 0;
  const numbers = ({ arenaSize, constantsSize, bindings }: Program) =>
    bindings.reduce((sum, { shape }) => sum + sizeOf(shape), arenaSize + constantsSize);
  return {
    engine: {
      name: engine.name,
      detail: engine.detail,
      allocate: (length, dtype) => engine.allocate(length, dtype),
      load(program) {
        most = Math.max(most, BYTES * numbers(program));
        return engine.load(program);
      },
    },
    bytes: () => most,
  };
}
