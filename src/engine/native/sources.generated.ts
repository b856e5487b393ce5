/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "3240c708bfdc63548f98ed12189b43abed91d4a2fdbca125e03ea80d7f5543ac";
