import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./stacked.json" with { type: "json" };

describe("Stacked cells are those of Keras", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
