/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "d16aa2e7693948c91bc9b0b889abea99c131fc919de3fe505050328ca8ad2fc4";
