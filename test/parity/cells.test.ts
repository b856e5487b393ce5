import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./cells.json" with { type: "json" };

describe("Each cell from a given state is that of Keras and PyTorch", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
