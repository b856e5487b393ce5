/** Rondo as its users have it. */
export * from "../../dist/index.js";
