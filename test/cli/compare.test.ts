import { expect, test } from "vitest";
import { plain, rondo, useDirectory } from "./command.ts";

const { write } = useDirectory();
const quick = ["--updates", "2", "--seeds", "1", "--parameters", "200", "--only", "gru,conv1d"];

test("rondo compare prints a table, or one JSON document", async () => {
  const file = write("input.csv", plain);
  const table = await rondo(["compare", file, "--target", "y", ...quick]);
  expect(table.code).toBe(0);
  for (const word of ["MAE", "gru", "conv1d", "naive", "best", "2 updates"]) expect(table.stdout).toContain(word);
  expect(table.stderr).toContain("training 2/2");
  const json = await rondo(["compare", file, "--target", "y", "--json", "--quiet", ...quick]);
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: "" });
  const { entrants, verdict, budget } = JSON.parse(json.stdout);
  expect(entrants.length).toBeGreaterThanOrEqual(4);
  expect(verdict).toContain(entrants[0].name);
  expect(budget).toEqual({ updates: 2 });
});

test("rondo compare refuses unknown networks and two budgets", async () => {
  const file = write("input.csv", plain);
  const unknown = await rondo(["compare", file, "--target", "y", "--only", "gpt"]);
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("simpleRnn, lstm, gru");
  const both = await rondo(["compare", file, "--target", "y", "--updates", "1", "--seconds", "1"]);
  expect(both.code).toBe(1);
  expect(both.stderr).toContain("leave one out");
});
