import { describe } from "vitest";
import type { GoldenFile } from "../support/golden.ts";
import { type NetworkCase, testNetworks } from "../support/golden-networks.ts";
import golden from "./bidirectional.json" with { type: "json" };

describe("Both directions at once are those of Keras", () => {
  testNetworks(golden as unknown as GoldenFile<NetworkCase>);
});
