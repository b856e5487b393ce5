/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "64432a00ec23c3a293670377035f87868087268cd1a842064176393ab373f828";
