/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "2a8dfd2e653436b36b7589ba7ee7f7f0d44e1856f19d6c24414776740d67d396";
