import { describe, expect, test } from "vitest";
import { type MissingName, missingStrategies } from "./missing/index.ts";
import { missingValues, missingValuesFrom } from "./missing-values.ts";
import { Ragged, ragged } from "./ragged.ts";
import { timeGaps, typicalGap } from "./time-gaps.ts";

const nan = Number.NaN;
/** Figure 2 of Che et al. 2018: two features at seven irregular times. */
const times = [[0, 0.1, 0.6, 1.6, 2.2, 2.5, 3.1]];
const x = [
  [
    [47, nan],
    [49, 15],
    [nan, 14],
    [40, nan],
    [nan, nan],
    [43, nan],
    [55, 15],
  ],
];
const columns = (data: ArrayLike<number>, width = 2) =>
  Array.from({ length: width }, (_, feature) => Array.from(data).filter((_, i) => i % width === feature));
const rounded = (list: ArrayLike<number>) => Array.from(list, (value) => Math.round(value * 1e4) / 1e4);

test("observed values and the time since are those of the paper", () => {
  const { observed, since, gaps } = missingValues(x, { missing: "mean" }).transform(x, { gaps: timeGaps(times) });
  expect(columns(observed.data)).toEqual([
    [1, 1, 0, 1, 0, 1, 1],
    [0, 1, 1, 0, 0, 0, 1],
  ]);
  expect(columns(since.data).map(rounded)).toEqual([
    [0, 0.1, 0.5, 1.5, 0.6, 0.9, 0.6],
    [0, 0.1, 0.5, 1, 1.6, 1.9, 2.5],
  ]);
  expect(rounded(gaps.data)).toEqual([0, 0.1, 0.5, 1, 0.6, 0.3, 0.6]);
});

const [first, second] = [46.8, 44 / 3];
const expected: Record<MissingName, number[][]> = {
  mean: [
    [47, 49, first, 40, first, 43, 55],
    [second, 15, 14, second, second, second, 15],
  ],
  forward: [
    [47, 49, 49, 40, 40, 43, 55],
    [second, 15, 14, 14, 14, 14, 15],
  ],
  linear: [
    [47, 49, 46, 40, 42, 43, 55],
    [15, 15, 14, 14.4, 14.64, 14.76, 15],
  ],
  mask: [
    [47, 49, first, 40, first, 43, 55],
    [second, 15, 14, second, second, second, 15],
    [1, 1, 0, 1, 0, 1, 1],
    [0, 1, 1, 0, 0, 0, 1],
  ],
  gruD: [
    [47 - first, 49 - first, nan, 40 - first, nan, 43 - first, 55 - first],
    [nan, 15 - second, 14 - second, nan, nan, nan, 15 - second],
  ],
};

describe.each(Object.keys(missingStrategies) as MissingName[])("%s", (missing) => {
  const fitted = missingValues(x, { missing });

  test("fills as it says", () => {
    const { x: filled } = fitted.transform(x, { gaps: timeGaps(times) });
    const wanted = expected[missing];
    expect(filled.shape).toEqual([1, 7, wanted.length]);
    expect(columns(filled.data, wanted.length).map(rounded)).toEqual(wanted.map(rounded));
  });

  test("learns from training data alone, and is saved as plain data", () => {
    const other = [
      [
        [nan, nan],
        [1, nan],
      ],
    ];
    const again = missingValuesFrom(JSON.parse(JSON.stringify(fitted.config)));
    expect(again.transform(other)).toEqual(fitted.transform(other));
    expect(fitted.config.means).toEqual([first, second]);
  });

  test("treats rows of unequal lengths each by itself", () => {
    const rows = [x[0]!.slice(0, 3), x[0]!.slice(2), [[nan, 2]]];
    const gaps = timeGaps([[0, 1, 3], [5, 6, 7, 8, 20], [4]]);
    const all = fitted.transform(ragged(rows), { gaps });
    expect(all.x).toBeInstanceOf(Ragged);
    for (const [i, row] of rows.entries()) {
      const one = fitted.transform([row], { gaps: { data: (gaps as Ragged).row(i).data, shape: [1, row.length, 1] } });
      for (const part of ["x", "observed", "since", "gaps"] as const) {
        expect((all[part] as Ragged).row(i).data).toEqual(one[part].data);
      }
    }
  });
});

test("time between steps keeps its precision, in any unit", () => {
  const day = 86_400_000;
  const dates = [[new Date(1.7e12), new Date(1.7e12 + day), new Date(1.7e12 + 1.5 * day)]];
  expect(Array.from(timeGaps(dates, { unit: day }).data)).toEqual([0, 1, 0.5]);
  expect(
    typicalGap([
      [0, 4, 5],
      [1, 3],
    ]),
  ).toBe(2);
});

test.each([
  [
    () => missingValues(x, { missing: "median" as MissingName }),
    /`missing` to be one of mask, forward, mean, linear, gruD/,
  ],
  [() => missingValues([[[1, nan]]], { missing: "mean" }), /got none of feature 1: leave that feature out/],
  [() => missingValues([[1]], { missing: "mean" }), /\[batch, time, features\], got \[1, 1\]/],
  [() => missingValues(x, { missing: "mean" }).transform([[[1]]]), /values of 2 features, as in training, got 1/],
  [
    () => missingValues(x, { missing: "mean" }).transform(x, { gaps: [[[1]]] }),
    /gaps \[1, 7, 1\] as long as the values/,
  ],
  [() => timeGaps([[2, 1]]), /time to go on in row 0, got 1 after 2 at step 1: sort the steps/],
  [() => timeGaps([[0, nan]]), /got NaN after 0 at step 1/],
  [() => timeGaps([0, 1, 2] as never), /a list of numbers or dates as the time stamps of row 0, got 0/],
  [() => timeGaps([[0, 1], ["2020-01-01"]] as never), /numbers or dates as the time stamps of row 1, got "2020-01-01"/],
])("%# is refused", (action, message) => expect(action).toThrow(message));
