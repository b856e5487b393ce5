import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./layers.json" with { type: "json" };

describe("Layers beside the recurrent ones are those of Keras", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
