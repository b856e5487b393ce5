/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "8abedca8b96e726c6a3368e4d931761a75293080f00fbfdb45c83bc26bdb858e";
