import { expect, test } from "vitest";
import { FormatError } from "../errors.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { encodeSafetensors } from "./safetensors.ts";

test("content comes back as it was, with the numbers that JSON does not have", () => {
  const content = { a: [Number.NaN, Number.POSITIVE_INFINITY, -0, 1.5], b: null, c: { d: "NaN" } };
  const tensors = new Map([["x", { shape: [2], data: Float64Array.of(0.1, Number.NaN) }]]);
  const read = decodeCheckpoint(encodeCheckpoint({ content, tensors }));
  expect(read.content).toEqual(content);
  expect(Object.is((read.content as typeof content).a[2], -0)).toBe(true);
  expect(new Map(read.tensors)).toEqual(tensors);
});

test.each([
  ["another format", { format: "pt" }],
  ["another version", { format: "rondo", version: "99", content: "{}" }],
  ["no content", { format: "rondo", version: "1" }],
  ["content that is no JSON", { format: "rondo", version: "1", content: "{" }],
])("refuses %s", (_what, metadata) => {
  expect(() => decodeCheckpoint(encodeSafetensors(new Map(), metadata as Record<string, string>))).toThrow(FormatError);
});

test("refuses numbers that no model has", () => {
  const tensors = new Map([["x", { dtype: "BOOL" as const, shape: [1], data: Uint8Array.of(1) }]]);
  const bytes = encodeSafetensors(tensors, { format: "rondo", version: "1", content: "{}" });
  expect(() => decodeCheckpoint(bytes)).toThrow("BOOL");
});
