/** What `scan` means, said without it: the graph of a step, once more for every step of time. */
import { stack, type Tensor, take } from "rondo";

type Tensors = Readonly<Record<string, Tensor>>;

export interface LoopOptions {
  readonly reverse?: boolean;
  /** Needed when there are no sequences. */
  readonly steps?: number;
}

export interface LoopResult<C extends Tensors, Y extends Tensors> {
  readonly carry: C;
  readonly outputs: Y;
}

/** A loop over the first axis of `xs`: `scan` is one, `plainLoop` another. */
export type Loop = <C extends Tensors, X extends Tensors, Y extends Tensors = Record<never, Tensor>>(
  step: (carry: C, x: X) => { readonly carry: C; readonly outputs?: Y },
  carry: C,
  xs: X,
  options?: LoopOptions,
) => LoopResult<C, Y>;

export const plainLoop: Loop = (step, carry, xs, { reverse = false, steps } = {}) => {
  type Outputs = NonNullable<ReturnType<typeof step>["outputs"]>;
  const count = steps ?? Object.values(xs)[0]!.shape[0]!;
  const made: Outputs[] = [];
  let current = carry;
  for (let i = 0; i < count; i++) {
    const time = reverse ? count - 1 - i : i;
    const slices = Object.fromEntries(Object.entries(xs).map(([name, x]) => [name, take(x, 0, time)]));
    const { carry: next, outputs } = step(current, slices as typeof xs);
    current = next;
    made[time] = outputs ?? ({} as Outputs);
  }
  const names = Object.keys(made[0]!);
  const outputs = Object.fromEntries(names.map((name) => [name, stack(made.map((outputs) => outputs[name]!))]));
  return { carry: current, outputs: outputs as Outputs };
};
