/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "c22ff6629cb861324933571220dfc57c6de092a2df3f1f514a8b80b08a5403c1";
