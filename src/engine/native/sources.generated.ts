/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "5b0ad6b88cb3dc0684f05781bf22460710714186138908b4b6cc3b220f82d440";
