/** What few graphs need to be compiled; see `rarity.ts`. */
export { rareEncoders } from "../program/encode-rare.ts";
export { emitLoop } from "./emit-loop.ts";
export { improvedRare } from "./improve-rare.ts";
export { inlineScan } from "./inline-scan.ts";
export { placeConstants } from "./place-constants.ts";
export { rareOps } from "./rare-ops.ts";
