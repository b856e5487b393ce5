/**
 * Reverse-mode differentiation, from graph to graph: gradients are tensors like any other, so the compiler optimizes
 * them together with the forward pass, and they can be differentiated again.
 */
import { explain, ShapeError } from "../errors.ts";
import { add } from "./ops/add.ts";
import { full } from "./ops/full.ts";
import { sameShape, showShape, type Tensor } from "./tensor.ts";
import { dependents } from "./walk.ts";

/** d`loss`/dx for each x in `wrt`, of x's shape; zeros where the loss does not depend on x. `loss` must be a scalar. */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.rank !== 0) {
    const remedy = "reduce it with sum() or mean()";
    throw new ShapeError(explain({ expected: "a scalar loss", got: `shape ${showShape(loss.shape)}`, remedy }));
  }
  const found = pullBack([loss], [full([], 1)], wrt);
  return wrt.map((x, index) => found[index] ?? full(x.shape, 0));
}

/**
 * Carries the gradients of `results` back to `wrt` (a vector-Jacobian product). `undefined` stands for zero on both
 * sides.
 */
export function pullBack(
  results: readonly Tensor[],
  cotangents: readonly (Tensor | undefined)[],
  wrt: readonly Tensor[],
): (Tensor | undefined)[] {
  const total = new Map<Tensor, Tensor>();
  const accumulate = (x: Tensor, cotangent: Tensor | undefined) => {
    if (cotangent === undefined) return;
    if (!sameShape(x.shape, cotangent.shape)) {
      const expected = `a gradient of shape ${showShape(x.shape)} from the rule of ${x.node.op.name}`;
      throw new ShapeError(explain({ expected, got: showShape(cotangent.shape) }));
    }
    const before = total.get(x);
    total.set(x, before === undefined ? cotangent : add(before, cotangent));
  };
  for (const [index, result] of results.entries()) accumulate(result, cotangents[index]);

  // Only nodes between `wrt` and `results` matter, users before what they use.
  const sources = new Set(wrt);
  const between = dependents(results, sources);
  const inOrder = [...between];
  for (let at = inOrder.length - 1; at >= 0; at--) {
    const node = inOrder[at]!;
    const { inputs, outputs, attributes } = node;
    const cotangents: (Tensor | undefined)[] = [];
    let isReached = false;
    for (let i = 0; i < outputs.length; i++) {
      cotangents.push(total.get(outputs[i]!));
      isReached ||= cotangents[i] !== undefined;
    }
    const wanted: boolean[] = [];
    for (let i = 0; i < inputs.length; i++) wanted.push(between.has(inputs[i]!.node) || sources.has(inputs[i]!));
    if (!isReached || !wanted.includes(true)) continue;
    const passed = node.op.gradient?.({ inputs, outputs, attributes, cotangents, wanted });
    for (let i = 0; i < inputs.length; i++) {
      if (wanted[i] && inputs[i]!.dtype === "float32") accumulate(inputs[i]!, passed?.[i]);
    }
  }
  return wrt.map((x) => total.get(x));
}
