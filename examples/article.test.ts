import { expect, test } from "vitest";
import { trainArticle } from "./article.ts";

test("three stacked LSTM layers learn what needs memory", async () => {
  const lines: string[] = [];
  const { history, accuracy } = await trainArticle((line) => lines.push(line));
  expect(accuracy, lines.join("\n")).toBeGreaterThanOrEqual(0.95);
  expect(history.epochs).toHaveLength(10);
  expect(Object.keys(history.metrics)).toEqual(["loss", "accuracy", "val_loss", "val_accuracy"]);
});
