import { describe, expect, test } from "vitest";
import { compile } from "../../compile/compile.ts";
import * as g from "../../graph/index.ts";
import type { LoopInstruction } from "../../program/format.ts";
import { disagreement } from "./disagreement.ts";
import { engines, named } from "./engines.ts";
import { bindingOf, bound, contiguousLayout, numbers, programOf } from "./layout.ts";

/** Back-propagation through checkpoints, over enough rows that threads share them: loops of every kind of instruction. */
function checkpointed() {
  const [steps, rows, units] = [7, 60, 24];
  const inputs = [
    g.input("x", [steps, rows, units]),
    g.input("w", [units, units]),
    g.input("table", [5, units]),
    g.input("labels", [steps, rows], "int32"),
    g.input("mask", [steps, rows]),
  ] as const;
  const [x, w, table, labels, mask] = inputs;
  const { carry, outputs } = g.scan(
    ({ h }, { x, label }) => {
      const next = g.tanh(g.add(g.add(x, g.gather(table, label)), g.matmul(h, w)));
      return { carry: { h: next }, outputs: { most: g.max(next, { axes: [1] }) } };
    },
    { h: g.full([rows, units], 0) },
    { x, label: labels },
    { checkpoint: true, mask },
  );
  const loss = g.add(g.sum(g.square(carry.h)), g.sum(outputs.most));
  const made = g.gradients(loss, [x, w, table]);
  const { program } = compile({ inputs, outputs: [loss, outputs.most, ...made], updates: [] });
  const given = inputs.map((input, i) => numbers(input.size, i, 0.5));
  given[3] = given[3]!.map((value) => Math.round(Math.abs(value) * 8));
  given[4] = given[4]!.map((_, i) => (Math.floor(i / rows) < 1 + (i % steps) ? 1 : 0));
  return { program, given };
}

/** out[t, u] = total ← total + x[t, u]: a loop in a loop, each one way or the other. */
function nested(outerReverse: boolean, innerReverse: boolean) {
  const [t, u, rows] = [3, 4, 5];
  const [x, out, total] = [0, 1, 2].map((index) => bound(index, contiguousLayout([rows])));
  // The inner loop counts its own time: the outer one hands over what moves with it.
  const aside = bound(3, contiguousLayout([u, rows]));
  const handed = { kind: "copy", shape: [u, rows] } as const;
  const whole = (index: number) => ({ ...bound(index, contiguousLayout([u, rows])), timeStride: u * rows });
  const made = bound(4, contiguousLayout([u, rows]));
  const inner: LoopInstruction = {
    kind: "loop",
    steps: u,
    reverse: innerReverse,
    body: [
      {
        kind: "map",
        shape: [rows],
        inputs: [total!, { ...aside, strides: x!.strides, timeStride: rows }],
        steps: [
          {
            op: "add",
            operands: [
              { kind: "input", index: 0 },
              { kind: "input", index: 1 },
            ],
          },
        ],
        outputs: [
          { view: total!, from: { kind: "value", index: 0 } },
          { view: { ...made, strides: out!.strides, timeStride: rows }, from: { kind: "value", index: 0 } },
        ],
      },
    ],
  };
  const body = [{ ...handed, input: whole(0), out: aside }, inner, { ...handed, input: made, out: whole(1) }];
  const bindings = [
    bindingOf("x", "input", t * u * rows),
    bindingOf("out", "output", t * u * rows),
    ...["total", "aside", "made"].map((name, i) => bindingOf(name, "variable", i === 0 ? rows : u * rows)),
  ];
  return { program: programOf(bindings, [{ kind: "loop", steps: t, reverse: outerReverse, body }]), x: numbers(60, 1) };
}

describe.each(engines.map((engine) => [named(engine), engine] as const))("%s", (_, engine) => {
  test("goes back through checkpoints as the reference engine does", async () => {
    const { program, given } = checkpointed();
    expect(program.instructions.some(({ kind }) => kind === "loop")).toBe(true);
    expect(await disagreement(engine, program, given, { relative: 1e-5, absolute: 1e-5 })).toBeUndefined();
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])("loops within loops, reverse: %s and %s", async (outer, inner) => {
    const { program, x } = nested(outer, inner);
    expect(await disagreement(engine, program, [x])).toBeUndefined();
  });
});
