import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./time-cells.json" with { type: "json" };

describe("Cells with a time of their own are those of their papers", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
