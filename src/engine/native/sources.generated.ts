/** Made by kernels/build.js from the C files; do not edit. */

/** SHA-256 of the C files that programs are written for. */
export const sources = "10e4a8e74c70dedb34a434f81e5079ff854575b2e5c746e07205302484c25359";
