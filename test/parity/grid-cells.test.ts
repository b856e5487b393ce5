import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./grid-cells.json" with { type: "json" };

describe("The convolutional LSTM is that of Keras", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
