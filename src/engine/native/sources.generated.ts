/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "16c2ba5a4d64b51e5f2af134a214c8891563907599caec75c2533ffc874c1385";
