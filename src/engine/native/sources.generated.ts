/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "fbdea93ed7c90dd3996f6ffcfa1ca1dfc030a8296af2679b3c29e80771ae7562";
