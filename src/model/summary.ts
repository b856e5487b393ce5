import { sizeOf } from "../graph/tensor.ts";
import type { Weight } from "../layers/layer.ts";
import { showType } from "../layers/value.ts";
import type { Network } from "./network.ts";

/** A table of layers, output shapes and numbers of parameters. */
export function summaryOf(network: Network): string {
  const rows = network.layers.map(({ name, layer }) => {
    const use = network.applications.find((application) => application.layer === layer)!;
    const title = name === layer.kind ? name : `${name} (${layer.kind})`;
    return [title, use.outputs.map(showType).join(", "), grouped(parametersOf(layer.weights))] as const;
  });
  const head = ["Layer", "Output shape", "Parameters"] as const;
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) =>
      column === 2 ? cell.padStart(widths[2]!) : cell.padEnd(widths[column]!),
    );
    return padded.join("  ").trimEnd();
  };
  const rule = "─".repeat(widths.reduce((total, width) => total + width, 4));
  const trained = network.weights.filter(({ trainable }) => trainable);
  const [all, trainable] = [parametersOf(network.weights), parametersOf(trained)];
  const totals = [
    `Parameters: ${grouped(all)}`,
    `Trainable: ${grouped(trainable)}`,
    `Non-trainable: ${grouped(all - trainable)}`,
  ];
  return [line(head), rule, ...rows.map(line), rule, ...totals].join("\n");
}

function parametersOf(weights: readonly Weight[]): number {
  return weights.reduce((total, { variable }) => total + sizeOf(variable.shape), 0);
}

/** 1234567 as `1,234,567`, whatever the locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
