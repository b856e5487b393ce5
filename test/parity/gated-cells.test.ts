import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./gated-cells.json" with { type: "json" };

describe("Relatives of LSTM and GRU are those of their papers", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
