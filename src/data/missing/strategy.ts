/** What a way to treat missing values is. */
export interface MissingStrategy {
  readonly name: string;
  /** Whether x gets one more feature for each: 1 where it was observed, 0 where not. @default false */
  readonly withObserved?: boolean;
  /**
   * What stands for one feature of one row.
   *
   * @param values NaN where missing
   * @param mean of the observed training values of this feature
   * @param times when the steps are, from 0 on
   */
  fill(values: Float64Array, mean: number, times: Float64Array): Float64Array;
}
