/* The steps of a map that need float64 on the way. */
#if defined(__wasm__)
#define VECTOR_PARTS 2
#endif
#define HALF_VECTORS
#include "math64.h"
#include "parts.h"

void run_float64(int32_t op, Location to, Location a, Location b, int32_t rows, int32_t columns) {
  switch (op) {
    case SIN: IN_PARTS(sine(x))
    case COS: IN_PARTS(cosine(x))
    case POW: IN_PARTS(power(x, y))
  }
}
