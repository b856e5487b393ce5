import type { ConstantAttributes } from "../graph/ops/constant.ts";
import { contiguousStrides, type Node } from "../graph/tensor.ts";
import { CONSTANTS, type Constant, type Program } from "../program/format.ts";
import { Draft, MemoryBuffer } from "./draft.ts";
import type { Scope } from "./scope.ts";

/** Gives constants their places, one after another. */
export function placeConstants(nodes: readonly Node[], scope: Scope): Pick<Program, "constants" | "constantsSize"> {
  const constants: Constant[] = [];
  let constantsSize = 0;
  for (const node of nodes) {
    if (node.op.name !== "constant") continue;
    const { values, shape, dtype } = node.attributes as ConstantAttributes;
    const buffer = new MemoryBuffer(CONSTANTS, values.length);
    buffer.offset = constantsSize;
    constants.push({ offset: constantsSize, dtype, values });
    constantsSize += values.length;
    scope.put(node.outputs[0]!, new Draft(buffer, 0, contiguousStrides(shape), 0, dtype));
  }
  return { constants, constantsSize };
}
