import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op, requireDType } from "../op.ts";
import { sameShape, showShape, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { swapAxes } from "./transpose.ts";

/** A·B, or C + A·B when the compiler gives a third operand of the shape of the result. */
export const matmulOp: Op<null> = {
  name: "matmul",
  pure: true,
  infer([a, b, added]) {
    requireDType(a!, "float32", "matmul()");
    requireDType(b!, "float32", "matmul()");
    const batch = a!.shape.slice(0, -2);
    requireFactors(a!, b!);
    if (!sameShape(batch, b!.shape.slice(0, -2))) misfit(a!, b!, "leading axes must be equal");
    const shape = [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!];
    if (added && !sameShape(added.shape, shape)) misfit(a!, b!, `what is added must be ${showShape(shape)}`);
    return [{ shape, dtype: "float32" }];
  },
  // Y = C + AB  ⇒  dA = dY Bᵀ, dB = Aᵀ dY, dC = dY
  gradient({ inputs: [a, b], cotangents: [cotangent], wanted }) {
    if (cotangent === undefined) return [];
    return [
      wanted[0] ? matmul(cotangent, transposeLast(b!)) : undefined,
      wanted[1] ? matmul(transposeLast(a!), cotangent) : undefined,
      cotangent,
    ];
  },
};

function misfit(a: Tensor, b: Tensor, remedy: string): never {
  const got = `${showShape(a.shape)} and ${showShape(b.shape)}`;
  throw new ShapeError(explain({ expected: "matmul() to get [..., m, k] and [..., k, n]", got, remedy }));
}

function requireFactors(a: Tensor, b: Tensor): void {
  if (a.rank >= 2 && b.rank >= 2 && a.shape.at(-1) === b.shape.at(-2)) return;
  misfit(a, b, "the last axis of the first must equal the last but one of the second");
}

/**
 * Matrix product over the last two axes, [..., m, k] · [..., k, n] → [..., m, n]. Leading axes must be equal, or `b` is a
 * plain matrix that serves them all. Transposed operands cost nothing extra: `matmul(a, transposeLast(b))`.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  if (b.rank !== 2 || a.rank <= 2) return applyOne(matmulOp, [a, b], null);
  requireFactors(a, b);
  const rows = reshape(a, [a.size / a.shape.at(-1)!, a.shape.at(-1)!]);
  return reshape(applyOne(matmulOp, [rows, b], null), [...a.shape.slice(0, -1), b.shape[1]!]);
}

/** Exchanges the last two axes. */
export function transposeLast(x: Tensor): Tensor {
  return swapAxes(x, x.rank - 2, x.rank - 1);
}
