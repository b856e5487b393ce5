/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "8d1a63ec8ff35f1f301126710b3cce843d2c588a3d55734184a07080c35fe089";
