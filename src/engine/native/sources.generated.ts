/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "fa669c3ae6e6f5b2306349e7b628ee026480088e4ae605a7e9c730156802fe94";
