/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "ea47e577c86ffb6fb069702e2510836d416b3b8e6bd1a63950cc65c6940a641c";
