/**
 * How many rows go through all time steps together: enough to use a weight many times and to make instructions worth
 * their calls, few enough for what they compute to stay in the second cache.
 */
import type { Node } from "../graph/tensor.ts";

const [fewest, most] = [32, 64];

/** Where rows end at different times, more blocks give threads the same work. */
const uneven = 24;

/** Elements of the widest value of a block, unless that makes fewer rows than `fewest`. */
const elements = 16_384;

/**
 * Rows of a block, a multiple of 4, with blocks as equal as can be.
 *
 * @param rows of the batch
 * @param nodes what a step computes
 * @param isUneven whether rows may end before the last step
 */
export function rowsOfBlock(rows: number, nodes: Iterable<Node>, isUneven: boolean): number {
  const wanted = isUneven ? uneven : Math.min(Math.max(elements / widest(nodes, rows), fewest), most);
  const blocks = Math.ceil(rows / wanted);
  return Math.min(rows, Math.ceil(rows / blocks / 4) * 4);
}

/** Elements of a row of the widest value. */
function widest(nodes: Iterable<Node>, rows: number): number {
  let size = 1;
  for (const { outputs } of nodes) for (const x of outputs) size = Math.max(size, x.size / rows);
  return size;
}
