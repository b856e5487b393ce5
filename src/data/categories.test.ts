import { expect, test } from "vitest";
import { categories, categoriesFrom } from "./categories.ts";
import { Ragged } from "./ragged.ts";

const train = ["rain", "sun", "rain", null, "snow", "sun", "rain", "fog", ""];

test("the most frequent categories come first, unknown ones have id 0", () => {
  const weather = categories(train);
  expect(weather.config.known).toEqual(["rain", "sun", "fog", "snow"]);
  expect(weather.size).toBe(5);
  const { data, shape } = weather.encode(["sun", "hail", undefined, "rain", Number.NaN]);
  expect([data, shape]).toEqual([Int32Array.of(2, 0, 0, 1, 0), [5]]);
  expect([0, 1, 4, 9].map((id) => weather.decode(id))).toEqual([undefined, "rain", "snow", undefined]);
});

test("rare categories are unknown with minCount", () => {
  expect(categories(train, { minCount: 2 }).config.known).toEqual(["rain", "sun"]);
});

test("sequences are arrays, or ragged where they are of unequal lengths; numbers are words too", () => {
  const words = categories([["a", "b"], ["b"], [3, true]]);
  expect(
    words.encode([
      ["a", 3],
      ["b", "x"],
    ]),
  ).toEqual({
    data: Int32Array.from(
      [
        ["a", 3],
        ["b", "x"],
      ].flat(),
      (word) => words.config.known.indexOf(String(word)) + 1,
    ),
    shape: [2, 2],
  });
  const made = words.encode([["b"], [], ["b", "b"]]) as Ragged;
  expect(made).toBeInstanceOf(Ragged);
  expect([Array.from(made.lengths), Array.from(made.data)]).toEqual([
    [1, 0, 2],
    [1, 1, 1],
  ]);
});

test("they are saved as plain data", () => {
  const weather = categories(train);
  const again = categoriesFrom(JSON.parse(JSON.stringify(weather.config)));
  expect(again.encode(train)).toEqual(weather.encode(train));
  // A name of an object's own is a word like any other.
  expect(weather.encode(["constructor", "__proto__"]).data).toEqual(Int32Array.of(0, 0));
});

test("what makes no sense is refused", () => {
  expect(() => categories(["a"], { minCount: 2 })).toThrow(
    "Expected a category that is there 2 times or more, got none.",
  );
  expect(() => categories([[{}]] as never)).toThrow(/categories to be text or numbers/);
  expect(() => categoriesFrom({ known: ["a", "a"] })).toThrow(/each known category once/);
});
