/**
 * Measures the WebAssembly engine's kernels one by one, on one thread: products in GFLOP/s, elementwise work and the rest
 * in nanoseconds per element. Run `npm run build` first. Usage: `node bench/kernels.js [part of a name]`
 */
import { wasmEngine } from "../dist/engine/wasm/wasm.js";
import { FIRST_BINDING, packedSize } from "../dist/program/format.js";

const engine = await wasmEngine();
const wanted = process.argv[2] ?? "";

const view = (index, strides, rest = {}) => ({
  slot: FIRST_BINDING + index,
  offset: 0,
  strides,
  timeStride: 0,
  dtype: "float32",
  ...rest,
});

/** Least seconds of one run of `instructions` over bindings of these lengths, filled with numbers from −1 to 1. */
function measure(instructions, lengths, dtypes = []) {
  const bindings = lengths.map((length, index) => ({
    name: `b${index}`,
    role: "variable",
    shape: [length],
    dtype: dtypes[index] ?? "float32",
  }));
  const empty = { arenaSize: 0, constantsSize: 0, scratchSize: 0, constants: [] };
  const executable = engine.load({ ...empty, bindings, instructions });
  const buffers = bindings.map(({ shape, dtype }) => {
    const buffer = engine.allocate(shape[0], dtype);
    buffer.write(Float32Array.from({ length: shape[0] }, (_, index) => ((index * 7919) % 2003) / 1001.5 - 1));
    return buffer;
  });
  const time = (runs) => {
    const start = performance.now();
    for (let run = 0; run < runs; run++) executable.run(buffers);
    return (performance.now() - start) / runs / 1e3;
  };
  time(2);
  const runs = Math.max(1, Math.round(0.0004 / Math.max(time(1), 1e-7)));
  time(runs);
  const times = Array.from({ length: 400 }, () => time(runs)).sort((a, b) => a - b);
  return times[0];
}

function report(name, unit, work) {
  if (!name.includes(wanted)) return;
  const value = work();
  console.log(`${name.padEnd(44)} ${value.toFixed(value < 10 ? 2 : 1).padStart(8)} ${unit}`);
}

function product(name, m, n, k, { packed = false, a = [k, 1], b = [n, 1], out = [n, 1] } = {}) {
  report(`matmul ${m}x${k}x${n} ${name}`, "GFLOP/s", () => {
    const right = packed ? view(3, []) : view(1, b);
    const matmul = { kind: "matmul", shape: [m, n], k, a: view(0, a), b: right, out: view(2, out), packed };
    const instructions = [{ ...matmul, accumulate: false }];
    // Packing once, products many times: as in a scan.
    const pack = { kind: "pack", shape: [k, n], input: view(1, b), out: view(3, []) };
    const lengths = [m * k, k * n, m * n, packedSize(k, n)];
    if (packed) instructions.unshift(pack, ...new Array(49).fill(instructions[0]));
    return (2 * m * n * k * (packed ? 50 : 1)) / measure(instructions, lengths) / 1e9;
  });
}

product("", 512, 512, 512);
product("", 128, 200, 50);
product("", 128, 512, 128);
product("packed", 24, 1024, 256, { packed: true });
product("packed", 12, 200, 50, { packed: true });
product("packed", 16, 2048, 512, { packed: true });
product("input projection", 6400, 200, 50);
product("input projection", 6400, 200, 8);
product("a transposed, as weight gradients", 50, 200, 6400, { a: [1, 50] });
product("a transposed, as weight gradients", 256, 1024, 6400, { a: [1, 256] });
product("b transposed, as input gradients", 6400, 50, 200, { b: [1, 200] });
product("b transposed, as input gradients", 2500, 512, 2048, { b: [1, 2048] });
product("result transposed", 200, 128, 50, { out: [1, 200] });
product("one row", 1, 256, 64);
product("one row packed", 1, 256, 64, { packed: true });
product("one column", 6400, 1, 50);

const input = (index) => ({ kind: "input", index });
const value = (index) => ({ kind: "value", index });

/** Nanoseconds per element. */
function map(name, shape, inputs, steps, outputs = 1) {
  const size = shape.reduce((product, length) => product * length, 1);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
  report(`map ${name} [${shape}]`, "ns", () => {
    const instruction = {
      kind: "map",
      shape,
      inputs: inputs.map((given, index) => view(index, given ?? strides)),
      steps,
      outputs: Array.from({ length: outputs }, (_, index) => ({
        view: view(inputs.length + index, strides),
        from: value(steps.length - outputs + index),
      })),
    };
    return (measure([instruction], new Array(inputs.length + outputs).fill(size)) / size) * 1e9;
  });
}

const one = (op, ...operands) => [{ op, operands }];
map("add", [256, 1000], [null, null], one("add", input(0), input(1)));
map("add", [4_000_000], [null, null], one("add", input(0), input(1)));
map("add row bias", [128, 50], [null, [0, 1]], one("add", input(0), input(1)));
map("add row bias", [6400, 200], [null, [0, 1]], one("add", input(0), input(1)));
map("add column", [6400, 10], [null, [1, 0]], one("add", input(0), input(1)));
map("exp", [64, 1000], [null], one("exp", input(0)));
map("log", [64, 1000], [null], one("log", input(0)));
map("tanh", [64, 1000], [null], one("tanh", input(0)));
map("sigmoid", [64, 1000], [null], one("sigmoid", input(0)));
map("sin", [64, 1000], [null], one("sin", input(0)));
map("pow", [64, 1000], [null, null], one("pow", input(0), input(1)));
map("turned add", [500, 500], [[1, 500], null], one("add", input(0), input(1)));
/** The elementwise part of an LSTM step: four gates, as columns of one matrix, and the state. */
for (const [rows, units] of [
  [12, 50],
  [24, 256],
  [128, 50],
]) {
  const strides = [4 * units, 1];
  const gates = ["sigmoid", "sigmoid", "tanh", "sigmoid"].map((op, index) => ({ op, operands: [input(index)] }));
  report(`map lstm [${rows},${units}]`, "ns", () => {
    const instruction = {
      kind: "map",
      shape: [rows, units],
      inputs: [...[0, 1, 2, 3].map((gate) => view(0, strides, { offset: gate * units })), view(1, [units, 1])],
      steps: [
        ...gates,
        { op: "mul", operands: [value(1), input(4)] },
        { op: "mul", operands: [value(0), value(2)] },
        { op: "add", operands: [value(4), value(5)] },
        { op: "tanh", operands: [value(6)] },
        { op: "mul", operands: [value(3), value(7)] },
      ],
      outputs: [
        { view: view(1, [units, 1]), from: value(6) },
        { view: view(2, [units, 1]), from: value(8) },
      ],
    };
    const size = rows * units;
    return (measure([instruction], [4 * size, size, size]) / size) * 1e9;
  });
}

/** Nanoseconds per element of the input. */
function reduce(fold, shape, reduced, strides) {
  const size = [...shape, ...reduced].reduce((product, length) => product * length, 1);
  report(`${fold} [${shape}] over [${reduced}]`, "ns", () => {
    const instruction = { kind: "reduce", fold, shape, reduced, input: view(0, strides), out: view(1, [1]) };
    const dtypes = ["float32", fold === "argmax" ? "int32" : "float32"];
    return (measure([{ ...instruction, accumulate: false }], [size, shape[0]], dtypes) / size) * 1e9;
  });
}

for (const fold of ["sum", "max", "argmax"]) {
  reduce(fold, [200], [6400], [1, 200]);
  reduce(fold, [6400], [200], [200, 1]);
  reduce(fold, [6400], [10], [10, 1]);
}

const copy = (name, shape, from, to) =>
  report(`copy ${name} [${shape}]`, "ns", () => {
    const size = shape.reduce((product, length) => product * length, 1);
    return (measure([{ kind: "copy", shape, input: view(0, from), out: view(1, to) }], [size, size]) / size) * 1e9;
  });
copy("", [1_000_000], [1], [1]);
copy("transposed", [1000, 800], [1, 1000], [800, 1]);
copy("batch and time exchanged", [128, 50, 50], [50, 6400, 1], [2500, 50, 1]);

report("random [1000000]", "ns", () => {
  const random = { kind: "random", size: 1e6, stream: 1, key: view(0, [1], { dtype: "int32" }), out: view(1, [1]) };
  return measure([random], [2, 1e6], ["int32"]) * 1e3;
});

/** Microseconds for one call of a program of one tiny instruction. */
report(
  "call",
  "µs",
  () => measure([{ kind: "copy", shape: [1], input: view(0, [1]), out: view(1, [1]) }], [1, 1]) * 1e6,
);
