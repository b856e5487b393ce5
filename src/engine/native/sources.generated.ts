/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "c62878a5ac668d3c034c82b933b71bfef9f18f16466f5cbf9d3630fb42d93ee4";
