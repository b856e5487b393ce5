/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "3b01527d477e01f3fc6ba002b8bb3b455ce13552321c6af3a5f0621c5306baeb";
