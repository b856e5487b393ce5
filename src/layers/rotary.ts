import { explain, OptionError } from "../errors.ts";
import { add, constant, mul, reshape, stack, sub, type Tensor, take } from "../graph/index.ts";

/**
 * Rotary positions (Su et al. 2021, RoFormer): neighbouring features are the coordinates of a point, which is turned by an
 * angle that grows with the step. What two such vectors have in common depends on how far apart their steps are, not on
 * where they are.
 *
 * @param x [batch, heads, time, size], for an even size: wavelengths go from 2π to nearly 20,000π steps
 */
export function rotate(x: Tensor): Tensor {
  const [batch, heads, time, size] = x.shape as [number, number, number, number];
  const pairs = size / 2;
  const angles = Array.from(
    { length: time * pairs },
    (_, i) => Math.floor(i / pairs) / 10_000 ** ((i % pairs) / pairs),
  );
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)].map((list) => constant(list, [time, pairs]));
  const points = reshape(x, [batch, heads, time, pairs, 2]);
  const [a, b] = [take(points, -1, 0), take(points, -1, 1)];
  const turned = [sub(mul(a, cosines!), mul(b, sines!)), add(mul(a, sines!), mul(b, cosines!))];
  return reshape(stack(turned, 4), x.shape);
}

/** Throws an `OptionError` where features cannot be points. */
export function requirePairs(keyDim: number): void {
  if (keyDim % 2 === 0) return;
  throw new OptionError(explain({ expected: "an even `keyDim` with `rotary`", got: `${keyDim}` }));
}
