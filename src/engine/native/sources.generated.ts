/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "8a74a5ce583f1479ec0f3a1d20cb5c6e7be98d7cddfe287865f6c27be8ad1d89";
