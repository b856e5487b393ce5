/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "21fdbc2ee56024d527b72971c0144c481d731bb7333ed6cad182db3ebfbb4cc2";
