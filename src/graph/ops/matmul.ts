import { explain, ShapeError } from "../../errors.ts";
import { applyOne, type Op, requireDType } from "../op.ts";
import { type Node, sameShape, showShape, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";
import { swapAxes } from "./transpose.ts";

/**
 * What the compiler may give a product besides its factors: `added`, of the shape of the result, to add to it; `rows`, one
 * number for each row of A, 0 where the row is all zeros; `inner`, 0 where a column of A or a row of B is.
 */
export type MatmulExtra = "added" | "rows" | "inner";

/** The names of the inputs after A and B. */
export type MatmulAttributes = { readonly extras: readonly MatmulExtra[] } | null;

export const matmulOp: Op<MatmulAttributes> = {
  name: "matmul",
  pure: true,
  infer([a, b, ...more], attributes) {
    requireDType(a!, "float32", "matmul()");
    requireDType(b!, "float32", "matmul()");
    const batch = a!.shape.slice(0, -2);
    requireFactors(a!, b!);
    if (!sameShape(batch, b!.shape.slice(0, -2))) misfit(a!, b!, "leading axes must be equal");
    const shape = [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!];
    const added = more[attributes?.extras.indexOf("added") ?? -1];
    if (added && !sameShape(added.shape, shape)) misfit(a!, b!, `what is added must be ${showShape(shape)}`);
    return [{ shape, dtype: "float32" }];
  },
  // Y = AB  ⇒  dA = dY Bᵀ, dB = Aᵀ dY
  gradient({ inputs: [a, b], cotangents: [cotangent], wanted }) {
    return [
      wanted[0] ? matmul(cotangent!, transposeLast(b!)) : undefined,
      wanted[1] ? matmul(transposeLast(a!), cotangent!) : undefined,
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
  // What is no tensor is refused where ops are applied.
  if (b?.rank !== 2 || !(a?.rank > 2)) return applyOne(matmulOp, [a, b], null);
  requireFactors(a, b);
  const rows = reshape(a, [a.size / a.shape.at(-1)!, a.shape.at(-1)!]);
  return reshape(applyOne(matmulOp, [rows, b], null), [...a.shape.slice(0, -1), b.shape[1]!]);
}

/** The inputs of a product by name. */
export function operandsOf({ inputs, attributes }: Node): {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly extras: Readonly<Partial<Record<MatmulExtra, Tensor>>>;
} {
  const [a, b, ...more] = inputs as readonly [Tensor, Tensor, ...Tensor[]];
  const names = (attributes as MatmulAttributes)?.extras ?? [];
  return { a, b, extras: Object.fromEntries(names.map((name, i) => [name, more[i]!])) };
}

/** A product of two matrices, or of as many as there are in a batch, with these extras. */
export function matmulWith(a: Tensor, b: Tensor, extras: Readonly<Partial<Record<MatmulExtra, Tensor>>>): Tensor {
  const names = Object.keys(extras) as MatmulExtra[];
  const attributes = names.length > 0 ? { extras: names } : null;
  return applyOne(matmulOp, [a, b, ...names.map((name) => extras[name]!)], attributes);
}

/** Exchanges the last two axes. */
export function transposeLast(x: Tensor): Tensor {
  return swapAxes(x, x.rank - 2, x.rank - 1);
}
