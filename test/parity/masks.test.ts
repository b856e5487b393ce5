import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./masks.json" with { type: "json" };

const file = golden as unknown as GoldenFile<NetworkCase>;

describe("Masked steps are passed over as in Keras", () => {
  testNetworks(file);
});

/** The case with NaN at its masked steps. There is no gradient by x then, but that by the weights is the same. */
function withMissing({ gradients: { x: _, ...gradients }, ...rest }: NetworkCase): NetworkCase {
  const { x, mask } = rest;
  const features = x.shape.at(-1)!;
  const data = x.data.map((value, i) => (mask!.data[Math.floor(i / features)] === 0 ? Number.NaN : value));
  return { ...rest, x: { ...x, data }, gradients };
}

describe("Masked steps are passed over even where they hold NaN", () => {
  testNetworks({ ...file, cases: file.cases.map(withMissing) });
});
