import { expect, test } from "vitest";
import { ARENA, CONSTANTS, FIRST_BINDING, type Program, SCRATCH, type View } from "./format.ts";
import { printProgram } from "./print.ts";

const view = (slot: number, strides: readonly number[], rest: Partial<View> = {}): View => {
  return { slot, offset: 0, timeStride: 0, dtype: "float32", strides, ...rest };
};

test("lists sizes, bindings, constants and one line per instruction, scans indented", () => {
  const x = view(FIRST_BINDING, [4, 1], { timeStride: 8 });
  const program: Program = {
    arenaSize: 256,
    constantsSize: 1,
    scratchSize: 64,
    constants: [{ offset: 0, dtype: "float32", values: [0.5] }],
    bindings: [
      { name: "x", role: "input", shape: [3, 2, 4], dtype: "float32" },
      { name: "label", role: "input", shape: [2], dtype: "int32" },
      { name: "kernel", role: "variable", shape: [4, 4], dtype: "float32" },
    ],
    instructions: [
      { kind: "pack", shape: [4, 4], input: view(FIRST_BINDING + 2, [4, 1]), out: view(ARENA, []) },
      {
        ...{ kind: "scan", steps: 3, rows: 2, blockRows: 1, rowwise: true, reverse: true, before: [], after: [] },
        idle: {
          mask: view(CONSTANTS, [0], { timeStride: 1 }),
          body: [{ kind: "copy", shape: [2, 4], input: x, out: view(SCRATCH, [4, 1]) }],
        },
        body: [
          {
            ...{ kind: "matmul", shape: [2, 4], k: 4, packed: true },
            ...{ a: x, b: view(ARENA, []), out: view(SCRATCH, [4, 1]), added: view(ARENA, [0, 1], { offset: 9 }) },
            also: { k: 5, a: view(SCRATCH, [5, 1], { offset: 8 }), b: view(ARENA, [], { offset: 16 }) },
          },
          {
            kind: "map",
            shape: [2, 4],
            inputs: [view(SCRATCH, [4, 1]), view(CONSTANTS, [0, 0])],
            steps: [
              {
                op: "mul",
                operands: [
                  { kind: "input", index: 0 },
                  { kind: "input", index: 1 },
                ],
              },
              {
                op: "add",
                operands: [
                  { kind: "value", index: 0 },
                  { kind: "number", value: 1 },
                ],
              },
            ],
            outputs: [
              { view: view(ARENA, [4, 1], { offset: 128, timeStride: -8 }), from: { kind: "value", index: 1 } },
            ],
          },
        ],
      },
      {
        ...{ kind: "matmul", shape: [4, 4], k: 6, packed: false, a: x, b: x, out: view(ARENA, [4, 1]) },
        columnSums: view(ARENA, [1], { offset: 99 }),
      },
      {
        ...{ kind: "reduce", fold: "argmax", shape: [2], reduced: [4], accumulate: false },
        ...{ input: view(ARENA, [4, 1], { offset: 128 }), out: view(ARENA, [1], { dtype: "int32" }) },
      },
    ],
  };
  expect(printProgram(program)).toBe(
    [
      "arena 256, constants 1, scratch 64",
      "input x float32 [3,2,4]",
      "input label int32 [2]",
      "variable kernel float32 [4,4]",
      "constants+0 float32 [0.5]",
      "pack [4,4] arena+0[] = kernel+0[4,1]",
      "scan 3 steps in reverse, rows 2 in blocks of 1",
      "  body",
      "    matmul [2,4] scratch+0[4,1] = arena+9[0,1] + x+0[4,1]+8t · packed arena+0[], k 4, + scratch+8[5,1] · packed arena+16[], k 5",
      "    map [2,4] i0 = scratch+0[4,1]; i1 = constants+0[0,0]; v0 = mul(i0, i1); v1 = add(v0, 1); arena+128[4,1]-8t = v1",
      "  idle where constants+0[0]+1t is 0",
      "    copy [2,4] scratch+0[4,1] = x+0[4,1]+8t",
      "matmul [4,4] arena+0[4,1] = x+0[4,1]+8t · x+0[4,1]+8t, k 6, arena+99[1] = sums of columns",
      "reduce [2] arena+0[1]:int32 = argmax over [4] of arena+128[4,1]",
    ].join("\n"),
  );
});

test("lists what is in a loop beneath it", () => {
  const copy = { kind: "copy", shape: [4], input: view(FIRST_BINDING, [1], { timeStride: 4 }), out: view(ARENA, [1]) };
  const program = {
    ...{ arenaSize: 4, constantsSize: 0, scratchSize: 0, constants: [] },
    bindings: [{ name: "x", role: "input", shape: [3, 4], dtype: "float32" }],
    instructions: [
      { kind: "loop", steps: 3, reverse: true, body: [{ kind: "loop", steps: 2, reverse: false, body: [copy] }] },
    ],
  } as Program;
  expect(printProgram(program).split("\n").slice(2)).toEqual([
    "loop 3 steps in reverse",
    "  loop 2 steps",
    "    copy [4] arena+0[1] = x+0[1]+4t",
  ]);
});
