import type { Tensor } from "../graph/tensor.ts";
import type { Instruction } from "../program/format.ts";
import type { Draft } from "./draft.ts";
import { Scope } from "./scope.ts";

/** The step of a loop: scans in it have a time of their own, and what they touch may not move with that of the loop. */
export class LoopScope extends Scope<Instruction> {
  /** Copies of what moves with time. */
  readonly #still = new Map<Tensor, Draft>();

  override targetStill(x: Tensor): Draft {
    const draft = this.target(x);
    if (draft.timeStride === 0) return draft;
    const aside = this.temporary(x.shape, x.dtype);
    this.put(x, aside);
    return aside;
  }

  override readStill(x: Tensor): Draft {
    const draft = this.read(x);
    if (draft.timeStride === 0) return draft;
    const known = this.#still.get(x);
    if (known !== undefined) return known;
    const aside = this.temporary(x.shape, x.dtype);
    this.emit({ kind: "copy", shape: x.shape, input: draft, out: aside });
    this.#still.set(x, aside);
    return aside;
  }
}
