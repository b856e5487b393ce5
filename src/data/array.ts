/** Numbers in: nested arrays or typed arrays become one typed array and its shape. */
import type { Shape } from "../graph/index.ts";

/** Numbers in row-major order. */
export interface NumericArray {
  readonly data: Float32Array | Float64Array | Int32Array;
  readonly shape: Shape;
}
