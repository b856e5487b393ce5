/* The steps of a map that are made of exponentials. */
#if defined(__wasm__) || defined(__x86_64__)
/* Elsewhere the least and the greatest of two numbers are comparisons. */
#define VECTOR_PARTS 4
#endif
#include "math.h"
#include "parts.h"

void run_exponential(int32_t op, Location to, Location a, int32_t rows, int32_t columns) {
  Location b = a;
  switch (op) {
    case EXP: IN_PARTS(exponential(x))
    case TANH: IN_PARTS(hyperbolic_tangent(x))
    case SIGMOID: IN_PARTS(logistic(x))
  }
}
