/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "f38814cb7260d1da5aed623fb7713862cbf1ec5e312f78ed3a02343a4b266f6d";
