// For tests that compile graphs by themselves: what few graphs need is there, as it is where a model has loaded it.
import { loadRare } from "./rarity.ts";

await loadRare();
