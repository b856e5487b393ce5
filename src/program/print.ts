/** Writes a program as text, one line per instruction, for people and for tests of the compiler. */
import {
  ARENA,
  CONSTANTS,
  FIRST_BINDING,
  type Instruction,
  type MapInstruction,
  type MapOperand,
  type Program,
  SCRATCH,
  type ScanInstruction,
  type View,
} from "./format.ts";

/** Names a slot: `arena`, `constants`, `scratch` or the binding's name. */
type NameSlot = (slot: number) => string;

const FIXED_SLOTS: Readonly<Record<number, string>> = {
  [ARENA]: "arena",
  [CONSTANTS]: "constants",
  [SCRATCH]: "scratch",
};

/** `arena+128[64,1]`; inside a scan also the elements per time step, `arena+128[64,1]+64t`; int32 is marked `:int32`. */
export function printView(view: View, nameSlot: NameSlot = (slot) => FIXED_SLOTS[slot] ?? `slot${slot}`): string {
  const time = view.timeStride === 0 ? "" : `${view.timeStride < 0 ? "" : "+"}${view.timeStride}t`;
  const dtype = view.dtype === "float32" ? "" : `:${view.dtype}`;
  return `${nameSlot(view.slot)}+${view.offset}[${view.strides.join(",")}]${time}${dtype}`;
}

function printMapOperand(operand: MapOperand): string {
  if (operand.kind === "number") return String(operand.value);
  return `${operand.kind === "input" ? "i" : "v"}${operand.index}`;
}

function printMap(map: MapInstruction, view: (view: View) => string): string {
  const inputs = map.inputs.map((input, index) => `i${index} = ${view(input)}`);
  const steps = map.steps.map(
    (step, index) => `v${index} = ${step.op}(${step.operands.map(printMapOperand).join(", ")})`,
  );
  const outputs = map.outputs.map((output) => `${view(output.view)} = ${printMapOperand(output.from)}`);
  return `map [${map.shape}] ${[...inputs, ...steps, ...outputs].join("; ")}`;
}

function printScan(scan: ScanInstruction, nameSlot: NameSlot): string[] {
  const rows = scan.rowwise ? `, rows ${scan.rows} in blocks of ${scan.blockRows}` : "";
  const section = (name: string, instructions: readonly Instruction[]): string[] => {
    const lines = instructions.flatMap((inner) => printInstruction(inner, nameSlot));
    return lines.length === 0 ? [] : [`  ${name}`, ...lines.map((line) => `    ${line}`)];
  };
  const head = `scan ${scan.steps} steps${scan.reverse ? " in reverse" : ""}${rows}`;
  const { before, body, after, idle } = scan;
  return [
    head,
    ...section("before", before),
    ...section("body", body),
    ...(idle ? [`  idle where ${printView(idle.mask, nameSlot)} is 0`, ...section("idle", idle.body).slice(1)] : []),
    ...section("after", after),
  ];
}

function printInstruction(instruction: Instruction, nameSlot: NameSlot): string[] {
  const view = (x: View): string => printView(x, nameSlot);
  switch (instruction.kind) {
    case "map":
      return [printMap(instruction, view)];
    case "matmul": {
      const { shape, k, a, b, out, added, rows, inner, packed, also, columnSums } = instruction;
      const where = (name: string, counts?: View) => (counts ? `, ${name} where ${view(counts)}` : "");
      const second = also ? `, + ${view(also.a)} · packed ${view(also.b)}, k ${also.k}` : "";
      const sums = columnSums ? `, ${view(columnSums)} = sums of columns` : "";
      return [
        `matmul [${shape}] ${view(out)} = ${added ? `${view(added)} + ` : ""}${view(a)} · ${packed ? "packed " : ""}${view(b)}, k ${k}${second}${sums}${where("rows", rows)}${where("k", inner)}`,
      ];
    }
    case "pack":
      return [`pack [${instruction.shape}] ${view(instruction.out)} = ${view(instruction.input)}`];
    case "reduce": {
      const { fold, shape, reduced, input, out, accumulate } = instruction;
      return [`reduce [${shape}] ${view(out)} ${accumulate ? "+=" : "="} ${fold} over [${reduced}] of ${view(input)}`];
    }
    case "gather": {
      const { shape, rows, table, indices, out } = instruction;
      return [`gather [${shape}] ${view(out)} = ${view(table)} at ${view(indices)}, rows ${rows}`];
    }
    case "scatterAdd": {
      const { shape, rows, input, indices, out } = instruction;
      return [`scatterAdd [${shape}] ${view(out)} at ${view(indices)} = ${view(input)}, rows ${rows}`];
    }
    case "copy":
      return [`copy [${instruction.shape}] ${view(instruction.out)} = ${view(instruction.input)}`];
    case "random": {
      const { size, stream, key, out } = instruction;
      return [`random [${size}] ${view(out)} = stream ${stream} of ${view(key)}`];
    }
    case "scan":
      return printScan(instruction, nameSlot);
    case "loop": {
      const { steps, reverse, body } = instruction;
      const lines = body.flatMap((inner) => printInstruction(inner, nameSlot));
      return [`loop ${steps} steps${reverse ? " in reverse" : ""}`, ...lines.map((line) => `  ${line}`)];
    }
  }
}

/**
 * A readable listing: sizes, bindings, then the instructions. Views are written `slot+offset[strides]+timeStride·t`,
 * map inputs `i0`, `i1`, … and map steps `v0`, `v1`, ….
 */
export function printProgram(program: Program): string {
  const nameSlot: NameSlot = (slot) =>
    FIXED_SLOTS[slot] ?? program.bindings[slot - FIRST_BINDING]?.name ?? `slot${slot}`;
  const sizes = `arena ${program.arenaSize}, constants ${program.constantsSize}, scratch ${program.scratchSize}`;
  const bindings = program.bindings.map(({ role, name, dtype, shape }) => `${role} ${name} ${dtype} [${shape}]`);
  const constants = program.constants.map(
    ({ offset, dtype, values }) =>
      `constants+${offset} ${dtype} [${Array.from(values).slice(0, 8)}${values.length > 8 ? ",…" : ""}]`,
  );
  const instructions = program.instructions.flatMap((instruction) => printInstruction(instruction, nameSlot));
  return [sizes, ...bindings, ...constants, ...instructions].join("\n");
}
