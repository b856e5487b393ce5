/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "92a90c1918cc32501f124e1e5b675ec690bdefcdc03ae0b2dcb9608773662184";
