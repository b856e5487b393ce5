/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "5c0511e06cf191a135af008d680a18d66539e0c88fa5f78d0790bb7b6385c577";
