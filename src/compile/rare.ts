/** What few graphs need to be compiled; see `rarity.ts`. */
export { rareEncoders } from "../program/encode-rare.ts";
export { emitLoop } from "./emit-loop.ts";
export { emitters } from "./emit-rare.ts";
export { findIdle } from "./idle.ts";
export { throughLoops } from "./through-loops.ts";
export { skipZeros } from "./zeros.ts";
