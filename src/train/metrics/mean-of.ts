/** The mean of the sums [Σ weight·value, Σ weight]; 0 when nothing was counted. */
export function meanOf(sums: ArrayLike<number>): number {
  return sums[1] === 0 ? 0 : sums[0]! / sums[1]!;
}
