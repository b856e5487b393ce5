import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./temporal.json" with { type: "json" };

describe("Temporal convolutional networks are those of Bai et al. in PyTorch", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
