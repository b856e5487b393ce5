/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "98d6a18155b67a5be9fb535fe5fa8b122f773fd3264cb04e7cc0313d5930f33f";
