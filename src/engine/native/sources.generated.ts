/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "e918adb1cbcb162a766e740c333b31ddcb0534e3d42d82636ee6f8dab5ed0218";
