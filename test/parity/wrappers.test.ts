import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./wrappers.json" with { type: "json" };

describe("Directions, stacks, returned states and other activations are those of Keras", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
