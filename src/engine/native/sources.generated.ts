/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "b3509f541aa0488125a331a2185b510ab429b2bbdac2b9e6c01cd2545075d8c1";
