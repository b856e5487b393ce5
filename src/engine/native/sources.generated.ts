/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "69559b96ce3da2338aecead753b63bfba37355479d0575c4f4af0b387274ebf8";
