/** A saved model may come from anywhere: whatever is wrong with it is found and said. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bidirectional,
  decodeSafetensors,
  dense,
  earlyStopping,
  encodeSafetensors,
  FormatError,
  fromBytes,
  load,
  lstm,
  RondoError,
  sequential,
} from "rondo";
import { expect, test } from "vitest";
import { waves } from "../support/models.ts";

async function trained() {
  const net = sequential([bidirectional(lstm(2, { inputShape: [3, 2] })), dense(1)]);
  net.compile({ loss: "meanSquaredError", optimizer: "adam", metrics: ["accuracy"], engine: "reference" });
  const callbacks = [earlyStopping({ monitor: "loss", restoreBestWeights: true })];
  await net.fit(waves([4, 3, 2]), waves([4, 1]), { epochs: 2, callbacks });
  return net;
}

test("a description with any one value replaced loads, or is an error of ours", async () => {
  const { tensors, metadata } = decodeSafetensors(await (await trained()).toBytes());
  const content = JSON.parse(metadata.content!);
  const bytes = () => encodeSafetensors(tensors, { ...metadata, content: JSON.stringify(content) });
  let refused = 0;
  const spoil = (holder: Record<string, unknown>, place: string) => {
    for (const [key, old] of Object.entries(holder)) {
      for (const value of [null, -1, "x", [], {}, [null], undefined]) {
        holder[key] = value;
        try {
          fromBytes(bytes());
        } catch (error) {
          refused++;
          expect(error, `${place}.${key} = ${JSON.stringify(value)}`).toBeInstanceOf(RondoError);
        }
      }
      holder[key] = old;
      if (typeof old === "object" && old !== null) spoil(old as Record<string, unknown>, `${place}.${key}`);
    }
  };
  spoil(content, "");
  expect(refused).toBeGreaterThan(100);
  expect(() => fromBytes(bytes())).not.toThrow();
});

test("a tensor that is missing or has another shape is an error that names it", async () => {
  const { tensors, metadata } = decodeSafetensors(await (await trained()).toBytes());
  for (const name of ["dense/kernel", "optimizer/0.momentum/dense/kernel"]) {
    const without = new Map([...tensors].filter(([other]) => other !== name));
    expect(() => fromBytes(encodeSafetensors(without, metadata))).toThrow(name);
    const turned = new Map(tensors).set(name, { ...tensors.get(name)!, shape: [1, 4] });
    expect(() => fromBytes(encodeSafetensors(turned, metadata))).toThrow("[4, 1]");
  }
});

test("an error names the file", async () => {
  const path = join(tmpdir(), `rondo-${process.pid}.rondo`);
  try {
    await (await trained()).save(path);
    await writeFile(path, (await readFile(path)).subarray(0, 100));
    await expect(load(path)).rejects.toThrow(FormatError);
    await expect(load(path)).rejects.toThrow(path);
  } finally {
    await rm(path);
  }
});
