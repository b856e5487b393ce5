/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "e431a61870d6f69bce1252dead08ed946d7caf9c2d48d9b623385b4d26d814fe";
