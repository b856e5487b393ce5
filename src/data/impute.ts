/**
 * Fills missing values (NaN) for use as a network's input. With a season, the average season is taken off first, gaps are
 * bridged by straight lines, and the season is put back; ends are continued level. Whatever is filled is never a target
 * of training and never counted in a metric.
 */
export function impute(values: ArrayLike<number>, season = 1): Float64Array {
  const profile = seasonalProfile(values, season);
  const level = Float64Array.from(values, (value, index) => value - (profile[index % season] as number));
  let last = -1;
  for (let index = 0; index <= level.length; index++) {
    if (index < level.length && Number.isNaN(level[index])) continue;
    const before = last < 0 ? level[index] : level[last];
    const after = index < level.length ? level[index] : before;
    for (let gap = last + 1; gap < index; gap++) {
      const share = (gap - last) / (index - last);
      level[gap] = (before ?? 0) + share * ((after ?? 0) - (before ?? 0));
    }
    last = index;
  }
  return level.map((value, index) => value + (profile[index % season] as number));
}

/** Each phase's mean distance from the overall mean; 0 for phases that were never measured. */
function seasonalProfile(values: ArrayLike<number>, season: number): Float64Array {
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    sums[index % season] = (sums[index % season] as number) + value;
    counts[index % season] = (counts[index % season] as number) + 1;
  }
  const count = counts.reduce((sum, n) => sum + n, 0);
  const mean = count > 0 ? sums.reduce((sum, value) => sum + value, 0) / count : 0;
  return sums.map((sum, phase) => ((counts[phase] as number) > 0 ? sum / (counts[phase] as number) - mean : 0));
}
