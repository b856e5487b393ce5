/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "f4d40666274bbc8fb35c63ebfa7d0af9a1f3f4ee7251fe600de3acaf642a7d6a";
