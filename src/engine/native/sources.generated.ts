/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "23e2e901df0688dc151a988de7732aff51b71676475e89713a9f31eec348e583";
